// The box on the page: takes what was pasted or dropped, asks the engine in a worker, shows what it answers.
//
// Text of strangers enters the page by two doors only: `textContent`, and the engine's own escaped HTML, which is
// copied element by element through a closed list. Nothing here can open a connection; the policy of the page sees
// to it. `WORKER` and `REPORT_STYLE` are put in when the site is built.
(() => {
  "use strict";
  const WORKER = "@WORKER@";
  const REPORT_STYLE = "@REPORT_STYLE@";
  const MB = 1024 * 1024;
  const MOST = 20 * MB; // what the engine takes, all inputs together
  const LONG = 100_000; // characters that a text field shows without effort
  const LINK = 12_000; // characters of a link that forums and chats still take whole
  const UNPACKED = 2 * MB; // what a link may unpack to
  const PATIENCE = 60_000; // ms after which an answer is given up

  const at = (id) => document.getElementById(`doctor-${id}`);
  const box = document.getElementById("doctor");
  if (!box || !window.WebAssembly || !window.DecompressionStream || !Element.prototype.attachShadow) {
    if (box) at("status").textContent = "This browser is too old for the box. `hf-doctor diagnose FILE` says the same.";
    return;
  }
  const here = document.currentScript.src;
  const form = at("form"), field = at("text"), status = at("status");
  const root = at("report").attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(REPORT_STYLE);
  root.adoptedStyleSheets = [sheet];

  /** @type {{name: string, text?: string, file?: File}[]} what was added beside the text field */
  let items = [];
  /** @type {{fact: string, value: string, question: string}[]} */
  let answers = [];
  let past = [[]]; // answers of each entry of the browser's history, by its number
  let present = 0;
  let answer, report; // the last answer of the engine and its document

  const make = (name, fields = {}, ...children) => {
    const element = Object.assign(document.createElement(name), fields);
    element.append(...children);
    return element;
  };
  const size = (bytes) =>
    bytes < 1024 ? `${bytes} bytes` : bytes < MB ? `${Math.round(bytes / 1024)} KB` : `${(bytes / MB).toFixed(1)} MB`;
  const plain = (value) => ({ true: "yes", false: "no" })[value] ?? value;
  const say = (text) => { status.textContent = text; };
  const complain = (text) => {
    at("problem").textContent = text ?? "";
    at("problem").hidden = !text;
  };

  // --- the engine -----------------------------------------------------------------------------------------------

  let worker, running, waiting, started, number = 0;

  const module = () => started ??= new Promise((done, fail) => {
    const script = make("script", { src: new URL("doctor-module.js", here).href });
    script.onload = () => (window.hfDoctorModule ? done(window.hfDoctorModule) : fail(new Error("empty")));
    script.onerror = () => { started = undefined; fail(new Error("missing")); };
    document.head.append(script);
  });

  const start = async () => {
    const letters = await module();
    if (worker) return;
    const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
    worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }) => heard(data);
    worker.onerror = (event) => { event.preventDefault(); broke("The engine could not be started."); };
    worker.postMessage({ id: 0, module: letters });
  };

  const stop = () => {
    worker?.terminate();
    clearTimeout(running?.timer);
    worker = running = undefined;
  };

  const broke = (text) => {
    const { then } = running ?? {};
    stop();
    box.removeAttribute("aria-busy");
    hide();
    say("");
    complain(`${text} Nothing was sent anywhere; the engine is started afresh for the next try.`);
    then?.();
    next();
  };

  const heard = ({ id, about, answer: told, failed }) => {
    if (about?.error) return broke(about.error.message);
    if (about) {
      at("about").textContent = `Engine ${about.engine}, knowledge base ${about.knowledge_base}.`;
      if (about.begins) at("day").min = about.begins;
    }
    if (failed && (id === 0 || running?.id === id)) {
      return broke(failed === "trap" ? "The engine gave up on this text: that is a mistake of ours." : `The engine could not read this (${failed}).`);
    }
    if (!running || running.id !== id) return;
    clearTimeout(running.timer);
    const { since, then } = running;
    running = undefined;
    // A newer question makes this answer worthless.
    if (!waiting) {
      box.removeAttribute("aria-busy");
      show(told, then);
      box.dispatchEvent(new CustomEvent("doctor", { detail: { report: told.ok?.report, ms: performance.now() - since } }));
    }
    next();
  };

  const next = async () => {
    if (running || !waiting) return;
    const { request, since, then } = waiting;
    waiting = undefined;
    const mine = (running = { id: ++number, since, then });
    try {
      await start();
    } catch {
      return broke("The engine of this page could not be loaded.");
    }
    if (running !== mine) return;
    mine.timer = setTimeout(() => broke(`No answer within ${PATIENCE / 1000} seconds.`), PATIENCE);
    worker.postMessage({ id: mine.id, request });
  };

  /** Asks the engine for what stands in the form; only the newest question is answered. */
  const run = (then) => {
    clearTimeout(typing);
    const text = field.value;
    const inputs = [...(text.trim() ? [{ name: "pasted text", text }] : []), ...items];
    at("clear").hidden = !inputs.length && !answers.length;
    complain();
    if (!inputs.length && !answers.length) {
      waiting = undefined;
      hide();
      return say(then ? "There is nothing to diagnose yet: paste a message or add a file." : "");
    }
    const total = inputs.reduce((sum, item) => sum + (item.file?.size ?? item.text.length), 0);
    if (total > MOST) {
      waiting = undefined;
      hide();
      say("");
      return complain(`That is ${size(total)}; this box reads ${size(MOST)}. Cut the log to the part around the error, or run \`hf-doctor diagnose FILE\`.`);
    }
    if (total > MB) say(`Reading ${size(total)}…`);
    box.setAttribute("aria-busy", "true");
    const sets = answers.map(({ fact, value }) => [fact, value]);
    const request = { inputs, sets, as_of: at("day").value || null, today: new Date().toISOString().slice(0, 10) };
    waiting = { request, since: performance.now(), then };
    next();
  };

  // --- what it answers ------------------------------------------------------------------------------------------

  const hide = () => {
    answer = report = undefined;
    at("result").hidden = true;
    root.replaceChildren();
  };

  const show = (told, then) => {
    if (!told.ok) {
      hide();
      say("");
      complain(told.error.message + (told.error.help ? `\n${told.error.help}` : ""));
      return then?.();
    }
    complain();
    answer = told.ok;
    report = JSON.parse(answer.report);
    masked();
    given();
    root.replaceChildren(...copied(answer.html));
    ask();
    at("copy").hidden = true;
    at("result").hidden = false;
    say(`${root.querySelector(".verdict")?.textContent ?? ""}: ${root.querySelector("h1")?.textContent ?? ""}`);
    then?.();
  };

  /** What was masked, before anything else. */
  const masked = () => {
    const kinds = Object.entries(answer.redactions).map(([kind, count]) => `${count} × ${kind}`);
    at("counts").textContent = kinds.length
      ? `Masked: ${kinds.join(", ")}. The engine reasoned about this text and no other:`
      : "No token, address or name had to be masked. This is what the engine read:";
    const about = ({ name, read_as, text, left_out }) =>
      `${name}, read as ${read_as}${left_out ? `, the first ${size(text.length)} of it` : ""}`;
    at("previews").replaceChildren(...answer.redacted.map((part, i) => {
      const pieces = part.text.split(/(<[a-z-]{2,12}#\d{1,6}>)/);
      const shown = pieces.map((piece, k) => (k % 2 ? make("mark", {}, piece) : piece));
      const pre = make("pre", { tabIndex: 0 }, ...shown);
      pre.setAttribute("aria-label", `Masked text of ${part.name}`);
      return make("details", { open: i === 0 || answer.redacted.length <= 3 }, make("summary", {}, about(part)), pre);
    }));
  };

  const given = () => {
    at("answers").hidden = !answers.length;
    at("sets").replaceChildren(...answers.map(({ fact, value, question }) => {
      const remove = make("button", { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `Take back: ${question} ${plain(value)}`);
      remove.onclick = () => answered(answers.filter((one) => one.fact !== fact));
      const item = make("li", { title: `${fact} = ${value}` }, make("span", {}, question, " ", make("strong", {}, plain(value))), remove);
      item.dataset.fact = fact;
      item.dataset.value = value;
      return item;
    }));
  };

  const KEPT = {
    "": ["class", "id", "aria-labelledby", "aria-hidden", "tabindex"],
    a: ["href", "rel"], button: ["type", "data-fact", "data-value"], ol: ["start"], p: ["data-ask"],
    rect: ["width", "height"], svg: ["viewBox", "preserveAspectRatio"], time: ["datetime"],
  };
  const ELEMENTS = new Set(("a blockquote br button code dd details div dl dt em figcaption figure footer h1 h2 h3 header hr " +
    "li mark ol p pre rect section small span strong summary svg time ul").split(" "));

  /** The engine's HTML, element by element; what is not on the list stays text. */
  const copied = (html) => {
    const copy = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
      if (node.nodeType !== Node.ELEMENT_NODE) return [];
      const inside = [...node.childNodes].flatMap(copy);
      const name = node.localName;
      if (!ELEMENTS.has(name)) return inside;
      const element = document.createElementNS(node.namespaceURI, name);
      for (const key of [...KEPT[""], ...(KEPT[name] ?? [])]) {
        const value = node.getAttribute(key);
        if (value !== null && (key !== "href" || /^(https:\/\/|#)/.test(value))) element.setAttribute(key, value);
      }
      // Headings of the report stand below the heading of the box.
      if (/^h[123]$/.test(name)) element.setAttribute("aria-level", Number(name[1]) + 2);
      if (name === "a" && /^https:/.test(element.getAttribute("href") ?? "")) {
        element.target = "_blank";
        element.rel = "noopener noreferrer";
      }
      element.append(...inside);
      return [element];
    };
    return [...new DOMParser().parseFromString(html, "text/html").body.childNodes].flatMap(copy);
  };

  // --- questions ------------------------------------------------------------------------------------------------

  const questionOf = (fact) => report?.questions.find((one) => one.fact === fact)?.question ?? fact;

  /** Fields for questions without listed answers. */
  const ask = () => {
    for (const place of root.querySelectorAll("[data-ask]")) {
      const fact = place.dataset.ask;
      const input = make("input", { autocomplete: "off", spellcheck: false });
      input.setAttribute("aria-label", questionOf(fact));
      const use = make("button", { type: "button", textContent: "Use this answer" });
      use.onclick = () => input.value.trim() && take(fact, input.value.trim());
      input.onkeydown = (event) => { if (event.key === "Enter") use.click(); };
      place.append(input, " ", use);
    }
    for (const button of root.querySelectorAll("button[data-fact]")) {
      button.setAttribute("aria-label", `${plain(button.dataset.value)}: ${questionOf(button.dataset.fact)}`);
    }
  };

  const take = (fact, value) =>
    answered([...answers.filter((one) => one.fact !== fact), { fact, value, question: questionOf(fact) }]);

  /** New answers are a step that the browser's back button takes back. */
  const answered = (list) => {
    answers = list;
    past = [...past.slice(0, present + 1), list];
    present += 1;
    history.pushState({ doctor: present }, "");
    run(focusReport);
  };

  const focusReport = () => (answer ? at("report") : at("problem")).focus({ preventScroll: false });

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-fact]");
    if (button) return take(button.dataset.fact, button.dataset.value);
    const link = event.target.closest('a[href^="#"]');
    const goal = link && root.getElementById(link.getAttribute("href").slice(1));
    if (!link) return;
    event.preventDefault();
    if (goal) {
      goal.tabIndex = -1;
      goal.focus();
      goal.scrollIntoView({ block: "start" });
    }
  });

  // --- hand on --------------------------------------------------------------------------------------------------

  const copy = async (text, done) => {
    try {
      await navigator.clipboard.writeText(text);
      say(done);
    } catch {
      at("copy").hidden = false;
      at("copy-text").value = text;
      at("copy-text").focus();
      at("copy-text").select();
      say("The browser does not let the page copy: the text is selected, copy it with the keyboard.");
    }
  };

  const letters = (bytes) => {
    let binary = "";
    for (let i = 0; i < bytes.length; i += 32768) binary += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  /** Reads a stream, but never more than `most` bytes. */
  const bounded = async (stream, most) => {
    const reader = stream.getReader(), chunks = [];
    for (let total = 0; ;) {
      const { done, value } = await reader.read();
      if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
      if ((total += value.length) > most) { await reader.cancel(); throw new Error("too long"); }
      chunks.push(value);
    }
  };

  /** Masked inputs and answers in the part of an address that browsers never send. The day is part of the answer. */
  const link = async () => {
    const { inputs, sets } = answer.share;
    const bytes = new TextEncoder().encode(JSON.stringify({ v: 1, i: inputs, s: sets, d: report.as_of }));
    const canonical = document.querySelector("link[rel=canonical]")?.href;
    const page = (location.protocol === "file:" && canonical) || location.href.split("#")[0];
    if (!window.CompressionStream) return `${page}#d0=${letters(bytes)}`;
    const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    return `${page}#d1=${letters(await bounded(packed, UNPACKED))}`;
  };

  at("markdown").onclick = () => answer && copy(answer.markdown, "Copied. Read it once before you post it.");
  at("link").onclick = async () => {
    if (!answer) return;
    const tooLong = (what) => say(`${what} is too long for a link. Copy the report as Markdown instead.`);
    if (!answer.share) return tooLong("This evidence");
    const address = await link();
    if (address.length > LINK) return tooLong(`This evidence (${size(address.length)} as an address, at most ${size(LINK)})`);
    const local = address.startsWith("file:") ? " This page is a file on your machine, so the link works on this machine only." : "";
    await copy(address, `Link copied. It holds the masked text and your answers, nothing else.${local}`);
  };
  at("json").onclick = () => {
    if (!answer) return;
    const address = URL.createObjectURL(new Blob([answer.report], { type: "application/json" }));
    make("a", { href: address, download: "hf-doctor-report.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    say("The report is being saved as hf-doctor-report.json.");
  };

  /** Opens what a link carries. It may come from anybody: bounded, and every piece of it is checked. */
  const open = async () => {
    const [, kind, text] = /^#d([01])=([\w-]{1,400000})$/.exec(location.hash) ?? [];
    if (!text) return;
    try {
      let bytes = bytesOf(text);
      if (kind === "1") bytes = await bounded(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")), UNPACKED);
      const { v, i, s, d } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      const pairs = (list) => Array.isArray(list) && list.length <= 200 &&
        list.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((one) => typeof one === "string"));
      if (v !== 1 || !pairs(i) || !pairs(s) || !/^\d{4}-\d\d-\d\d$/.test(d)) throw new Error("another format");
      const own = i.findIndex(([name, text]) => name === "pasted text" && text.length <= LONG);
      field.value = own < 0 ? "" : i[own][1];
      items = i.filter((_, k) => k !== own).map(([name, text]) => ({ name, text }));
      answers = s.map(([fact, value]) => ({ fact, value, question: fact }));
      past = [answers];
      present = 0;
      history.replaceState({ doctor: 0 }, "");
      at("day").value = d;
      listed();
      run(() => { if (answer) say(`Opened from a link, as of ${d}. ${status.textContent}`); });
    } catch {
      complain("The link is damaged or of another version: what it carried cannot be read.");
    }
  };

  // --- the form -------------------------------------------------------------------------------------------------

  const listed = () => {
    at("items").hidden = !items.length;
    at("items").replaceChildren(...items.map((item) => {
      const remove = make("button", { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `Remove ${item.name}`);
      remove.onclick = () => { items = items.filter((one) => one !== item); listed(); run(); field.focus(); };
      return make("li", {}, `${item.name}, ${size(item.file?.size ?? item.text.length)}`, remove);
    }));
  };
  const add = (list) => {
    if (!list.length) return;
    items = [...items, ...list];
    listed();
    run();
  };
  const files = (list) => add([...list].map((file) => ({ name: file.name || "file", file })));
  const addText = (text) => add([{ name: items.some(({ text }) => text) ? `pasted log ${items.length + 1}` : "pasted log", text }]);

  let typing;
  field.addEventListener("input", (event) => {
    clearTimeout(typing);
    if (event.inputType === "insertFromPaste" || event.inputType === "insertFromDrop") return run();
    typing = setTimeout(run, 400);
  });
  // A field with megabytes in it stops the page; so a long text is kept beside it.
  const long = (event, data) => {
    const text = data?.getData("text/plain") ?? "";
    if (data?.files.length) {
      event.preventDefault();
      files(data.files);
    } else if (text.length > LONG) {
      event.preventDefault();
      addText(text);
    }
  };
  field.addEventListener("paste", (event) => long(event, event.clipboardData));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
  for (const kind of ["dragenter", "dragover"]) {
    box.addEventListener(kind, (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      box.classList.add("doctor-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => box.classList.remove("doctor-over"));
  box.addEventListener("drop", (event) => long(event, event.dataTransfer));
  at("add").onclick = () => at("files").click();
  at("files").onchange = () => { files(at("files").files); at("files").value = ""; };
  at("day").onchange = () => run();
  form.onsubmit = (event) => { event.preventDefault(); run(focusReport); };
  at("clear").onclick = () => {
    items = [];
    answers = [];
    past = [[]];
    present = 0;
    waiting = undefined;
    if (running) stop();
    box.removeAttribute("aria-busy");
    form.reset();
    history.replaceState({ doctor: 0 }, "", location.href.split("#")[0]);
    listed();
    run();
    field.focus();
  };
  addEventListener("popstate", ({ state }) => {
    const list = past[state?.doctor];
    if (!list || list === answers) return;
    present = state.doctor;
    answers = list;
    run();
  });
  addEventListener("hashchange", open);

  history.replaceState({ doctor: 0 }, "");
  // Ready before somebody pastes, but after the page is readable, and not on a connection that costs.
  const ready = () => start().catch(() => {});
  if (navigator.connection?.saveData) field.addEventListener("focus", ready, { once: true });
  else if (window.requestIdleCallback) requestIdleCallback(ready, { timeout: 2000 });
  else setTimeout(ready, 300);
  open();
})();
