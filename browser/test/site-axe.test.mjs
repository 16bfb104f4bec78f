// The pages of the site in a real browser: what a screen reader, a keyboard and a phone need, on one page of each kind.
// The site is the one in HF_DOCTOR_SITE when that is a whole one, else it is built for this run.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch, program, root } from "./chromium.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [390, 1280];
const SCHEMES = ["light", "dark"];
const LISTS = ["index.html", "errors.html", "changes.html", "sources.html", "accuracy.html", "glossary.html"];

const given = process.env.HF_DOCTOR_SITE && resolve(process.env.HF_DOCTOR_SITE);
const made = given && existsSync(join(given, "problems")) ? null : mkdtempSync(join(tmpdir(), "hf-doctor-site-"));
const site = made ? join(made, "site") : given;
if (made) {
  const built = spawnSync(program, ["docs", "build", "-o", site], { cwd: root, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the site could not be built: ${built.stderr}`);
}

/** The pages of a folder, the longest first: it has most to go wrong. */
const largest = (folder, count) => readdirSync(join(site, folder)).filter((name) => name.endsWith(".html"))
  .sort((a, b) => statSync(join(site, folder, b)).size - statSync(join(site, folder, a)).size || a.localeCompare(b))
  .slice(0, count).map((name) => `${folder}/${name}`);
const KINDS = [...LISTS, ...largest("problems", 2), ...largest("causes", 1), ...largest("steps", 1), ...largest("facts", 2), ...largest("codes", 1)];

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };
let browser, server, address;
before(async () => {
  browser = await launch();
  // The site below a path of somebody else's, so that a link to the root of the host would miss.
  server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(request.url.split(/[?#]/)[0]));
    const inside = path.startsWith("/some/where/") ? path.slice("/some/where".length) : null;
    const file = inside && join(site, inside.endsWith("/") ? `${inside}index.html` : inside);
    if (!file || !existsSync(file) || statSync(file).isDirectory()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${server.address().port}/some/where/`;
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  if (made) rmSync(made, { recursive: true, force: true });
});

const url = (page) => pathToFileURL(join(site, page)).href;

/** A tab of one width and scheme; fails when a page opened a dialog, raised an error or asked a foreign host. */
async function tab(options, act) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: "reduce", ...options });
  const opened = await context.newPage();
  const wrong = [];
  context.on("request", (request) => {
    if (!/^(file:|blob:|data:)/.test(request.url()) && !request.url().startsWith(address)) wrong.push(request.url());
  });
  opened.on("dialog", (dialog) => { wrong.push(dialog.message()); dialog.dismiss(); });
  opened.on("pageerror", (error) => wrong.push(String(error)));
  try {
    await act(opened);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

describe("a screen reader", () => {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      test(`axe finds nothing at ${width} px, ${colorScheme}`, async () => {
        // The policy of the pages forbids foreign scripts; the checker is one.
        await tab({ viewport: { width, height: 844 }, colorScheme, bypassCSP: true }, async (opened) => {
          const found = [];
          for (const page of KINDS) {
            await opened.goto(url(page));
            await opened.evaluate(() => { for (const folded of document.querySelectorAll("details")) folded.open = true; });
            await opened.evaluate(AXE);
            const { violations, passes } = await opened.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
            assert.ok(passes.length > 10, `axe looked at ${page}`);
            for (const { id, nodes } of violations) found.push(`${page}: ${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
          }
          assert.deepEqual(found, []);
        });
      });
    }
  }

  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      test(`axe finds nothing on the first page with a report, ${width} px, ${colorScheme}`, async (context) => {
        await tab({ viewport: { width, height: 844 }, colorScheme, bypassCSP: true }, async (opened) => {
          await opened.goto(url("index.html"));
          if (await opened.locator("#doctor-text").count() === 0) return context.skip("the site was built without the box");
          await opened.fill("#doctor-text", "You have exceeded your GPU quota (60s requested vs. 0s left). Try again in 5:03:25");
          const report = opened.locator("#doctor-report");
          await report.getByText("What was recognised").waitFor({ timeout: 30_000 });
          await opened.evaluate(() => { for (const folded of document.querySelectorAll("details")) folded.open = true; });
          await opened.evaluate(AXE);
          const { violations, passes } = await opened.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
          assert.ok(passes.length > 20);
          assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`), []);
          const wide = await opened.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${wide} px wide`);
        });
      });
    }
  }

  test("headings are in order, one title, one main, a language", async () => {
    await tab({}, async (opened) => {
      for (const page of KINDS) {
        await opened.goto(url(page));
        const { levels, lang, mains, navs } = await opened.evaluate(() => ({
          levels: [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((heading) => Number(heading.tagName[1])),
          lang: document.documentElement.lang,
          mains: document.querySelectorAll("main").length,
          navs: [...document.querySelectorAll("nav")].map((nav) => nav.getAttribute("aria-label")),
        }));
        assert.equal(lang, "en", page);
        assert.equal(mains, 1, page);
        assert.equal(levels[0], 1, page);
        assert.equal(levels.filter((level) => level === 1).length, 1, page);
        levels.forEach((level, at) => assert.ok(at === 0 || level <= levels[at - 1] + 1, `${page}: h${levels[at - 1]} is followed by h${level}`));
        assert.ok(navs.every(Boolean) && new Set(navs).size === navs.length, `${page}: ${navs}`);
      }
    });
  });
});

describe("a phone", () => {
  for (const width of [320, ...WIDTHS]) {
    test(`no page scrolls sideways at ${width} px`, async () => {
      await tab({ viewport: { width, height: 844 } }, async (opened) => {
        for (const page of KINDS) {
          await opened.goto(url(page));
          await opened.evaluate(() => { for (const folded of document.querySelectorAll("details")) folded.open = true; });
          const wide = await opened.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${page} is ${wide} px wide`);
        }
      });
    });
  }

  test("letters in a drawing are not smaller than 10 px", async () => {
    await tab({ viewport: { width: 360, height: 740 } }, async (opened) => {
      for (const page of KINDS.filter((name) => /^(problems|facts)/.test(name))) {
        await opened.goto(url(page));
        const smallest = await opened.evaluate(() => Math.min(...[...document.querySelectorAll("svg text")].map((text) => {
          const svg = text.ownerSVGElement;
          return parseFloat(getComputedStyle(text).fontSize) * (svg.getBoundingClientRect().width / svg.viewBox.baseVal.width);
        })));
        assert.ok(smallest >= 10, `${page}: ${smallest} px`);
      }
    });
  });

  test("nothing moves while a page loads", async () => {
    await tab({}, async (opened) => {
      for (const page of KINDS) {
        await opened.goto(url(page));
        // The engine says its name when it is there, which may be long after the page.
        if (await opened.locator("#doctor-about").count()) {
          await opened.waitForFunction(() => document.getElementById("doctor-about").textContent.includes("knowledge base"));
        }
        const moved = await opened.evaluate(() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(sum), 150);
        }));
        assert.ok(moved < 0.02, `${page}: ${moved}`);
      }
    });
  });
});

describe("a keyboard", () => {
  test("the first stop leads to the text, every stop is seen and in the order of the page", async () => {
    await tab({ viewport: { width: 1280, height: 900 } }, async (opened) => {
      for (const page of KINDS) {
        await opened.goto(url(page));
        let before = null;
        for (let stop = 0; stop < 25; stop += 1) {
          await opened.keyboard.press("Tab");
          const at = await opened.evaluate(() => {
            const here = document.activeElement;
            const style = getComputedStyle(here);
            const all = [...document.querySelectorAll("*")];
            return { body: here === document.body, name: here.outerHTML.slice(0, 80), href: here.getAttribute("href"), order: all.indexOf(here), width: parseFloat(style.outlineWidth), style: style.outlineStyle };
          });
          // After the last stop the ring goes round.
          if (at.body || (stop > 3 && at.href === "#main")) break;
          if (stop === 0) assert.equal(at.href, "#main", `${page}: the first stop is ${at.name}`);
          // A date has a stop for day, month and year, all of them the same element.
          const inside = at.order === before && at.name.includes('type="date"');
          if (!inside) assert.ok(at.style !== "none" && at.width >= 1, `${page}: no ring around ${at.name}`);
          if (before !== null) assert.ok(inside || at.order > before, `${page}: ${at.name} comes too late`);
          before = at.order;
        }
        await opened.goto(url(page));
        await opened.keyboard.press("Tab");
        await opened.keyboard.press("Enter");
        await opened.waitForURL(/#main$/, { timeout: 5_000 });
      }
    });
  });
});

describe("without scripts", () => {
  test("every page says as much as with them", async () => {
    await tab({ javaScriptEnabled: false }, async (opened) => {
      for (const page of KINDS) {
        await opened.goto(url(page));
        // Without scripts nothing can be asked of the page but what is seen.
        const text = await opened.locator("main").innerText();
        assert.ok(text.length > 200, `${page}: ${text}`);
      }
      await opened.goto(url("index.html"));
      assert.match(await opened.locator("main").innerText(), /needs JavaScript/);
    });
  });
});

describe("anywhere", () => {
  test("an address whose end cannot be decoded opens its page", async () => {
    await tab({}, async (opened) => {
      for (const page of ["index.html", "errors.html"]) {
        for (const hash of ["#%E0%A4%A", "#%", "#%ff<img src=x onerror=alert(1)>"]) {
          await opened.goto("about:blank");
          await opened.goto(url(page) + hash);
          assert.equal(await opened.locator("h1").count(), 1);
        }
      }
    });
  });

  for (const [name, base] of [["from a file", () => pathToFileURL(site).href + "/"], ["below a path of a server", () => address]]) {
    test(`links lead to pages ${name}`, async () => {
      await tab({ viewport: { width: 1280, height: 900 } }, async (opened) => {
        for (const page of KINDS) {
          await opened.goto(`${base()}${page}`);
          const links = await opened.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href).filter((href) => !href.startsWith("https:")));
          assert.ok(links.length > 3 && links.every((href) => href.startsWith(base())), `${page}: ${links.filter((href) => !href.startsWith(base()))}`);
          // One of them is really followed, from every kind of page.
          const inside = links.filter((href) => /\.html(#|$)/.test(href) && !href.startsWith(opened.url())).slice(4);
          if (inside.length === 0) continue;
          const target = inside[Math.floor(inside.length / 2)];
          await opened.evaluate((href) => { [...document.querySelectorAll("a")].find((link) => link.href === href).click(); }, target);
          await opened.waitForURL(target);
          assert.equal(await opened.locator("h1").count(), 1, target);
          const styled = await opened.evaluate(() => getComputedStyle(document.querySelector("main")).maxWidth);
          assert.notEqual(styled, "none", `${target} has its style sheet`);
        }
      });
    });
  }
});
