// Finds the page of a message. The index and this ranking are those of src/docs/search.rs.
"use strict";
(function () {
  var query = document.getElementById("query");
  var found = document.getElementById("found");
  var results = document.getElementById("results");
  var index = window.hfDoctorIndex;
  if (!query || !results || !index) return;

  function words(text) {
    var seen = new Set();
    for (var word of text.toLowerCase().split(/[^\p{Alphabetic}\p{N}]+/u)) {
      var letters = /\p{Alphabetic}/u.test(word);
      var digits = /\p{N}/u.test(word);
      if ((letters && !digits) || (!letters && Array.from(word).length === 3)) seen.add(word);
    }
    return seen;
  }

  // All of a query, and each line of it once; of very long ones the last, where errors stand.
  function lines(text) {
    var seen = new Set(text.split("\n").filter(function (line) { return line.trim(); }));
    var found = Array.from(seen).slice(-200);
    if (!seen.has(text)) found.push(text);
    return found;
  }

  var rarest = index.weights.reduce(function (most, weight) { return Math.max(most, weight); }, 0);

  function findLine(asked, best) {
    var known = 0, own = 0;
    var wanted = index.words.map(function (word, number) {
      if (!asked.has(word)) return false;
      known += 1;
      own += index.weights[number];
      return true;
    });
    own += (asked.size - known) * rarest;
    for (var entry of index.texts) {
      var shared = 0, whole = 0;
      for (var word of entry[1]) {
        whole += index.weights[word];
        if (wanted[word]) shared += index.weights[word];
      }
      if (shared === 0) continue;
      var score = ((shared * shared) / whole) * ((shared * shared) / own);
      if (score > (best.get(entry[0]) || 0)) best.set(entry[0], score);
    }
  }

  function find(text) {
    var best = new Map();
    for (var line of lines(text)) findLine(words(line), best);
    return Array.from(best).sort(function (a, b) { return b[1] - a[1] || a[0] - b[0]; });
  }

  function show() {
    results.textContent = "";
    var text = query.value.slice(0, 20000);
    if (!text.trim()) { found.textContent = ""; return; }
    var pages = find(text).slice(0, 6);
    found.textContent = pages.length ? "" : "No page has these words. Paste more of the message, or look at the error index.";
    for (var hit of pages) {
      var page = index.pages[hit[0]];
      var item = document.createElement("li");
      var link = document.createElement("a");
      link.href = page.path + ".html";
      link.textContent = page.title;
      var kind = document.createElement("small");
      kind.textContent = " " + page.kind;
      item.append(link, kind);
      results.append(item);
    }
    if (pages.length) found.textContent = pages.length === 1 ? "1 page, best first:" : pages.length + " pages, best first:";
  }

  var waiting = 0;
  query.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(show, 60); });
  window.hfDoctorFind = function (text) { return find(text).map(function (hit) { return index.pages[hit[0]].path; }); };
  show();
})();
// A link to a closed section opens it.
(function () {
  function open() {
    var name = location.hash.slice(1);
    // Anybody can write an address; one that cannot be decoded names nothing here.
    try { name = decodeURIComponent(name); } catch (error) { return; }
    var target = name && document.getElementById(name);
    if (target && target.tagName === "DETAILS") target.open = true;
  }
  window.addEventListener("hashchange", open);
  open();
})();
