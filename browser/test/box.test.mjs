// The box in a real browser, from a server and from a file. See docs/browser.md.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { answered, fromFile, launch, open, paste, program, root, serve, shown, site } from "./support.mjs";

const TOAST = "You have exceeded your GPU quota (60s requested vs. 0s left). Try again in 5:03:25";
const SECRETS = ["hf_abcdefghijklmnopqrstuvwxyzABCDEF12", "julia.example@corp.example.org", "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"];
const LEAKY = `${TOAST}\nAuthorization: Bearer ${SECRETS[0]}\nuser mail ${SECRETS[1]}\nOPENAI_API_KEY=${SECRETS[2]}`;

let browser, server;
before(async () => { [browser, server] = [await launch(), await serve()]; });
after(async () => { await browser?.close(); server?.close(); });

/** Opens the page, does something, closes it; no error, dialog or foreign request may have happened. */
async function page(options, act) {
  const { base = server.address, ...rest } = options;
  const { tab, context, log } = await open(browser, base, rest);
  try {
    const result = await act(tab, log);
    assert.deepEqual(log.dialogs, [], "no dialog opened");
    assert.deepEqual(log.errors, [], "no error on the page");
    const foreign = log.requests.filter((url) => !url.startsWith(base) && !url.startsWith("blob:"));
    assert.deepEqual(foreign, [], "nothing but the files of the page was asked for");
    return result;
  } finally {
    await context.close();
  }
}
const report = (detail) => JSON.parse(detail.report);

describe("the module", () => {
  test("imports nothing, so that it can reach nothing", async () => {
    const { gunzipSync } = await import("node:zlib");
    const script = readFileSync(join(site, "doctor-module.js"), "utf8");
    const packed = Buffer.from(/"([A-Za-z0-9+/=]{1000,})"/.exec(script)[1], "base64");
    assert.ok(packed.length <= 1_200_000, `${packed.length} bytes compressed`);
    const compiled = await WebAssembly.compile(gunzipSync(packed));
    assert.deepEqual(WebAssembly.Module.imports(compiled), []);
    const names = WebAssembly.Module.exports(compiled).map(({ name }) => name);
    for (const name of ["memory", "alloc", "free", "diagnose", "about"]) assert.ok(names.includes(name), name);
  });
});

describe("one engine", () => {
  test("the report of the box is that of the program, byte for byte", { timeout: 600_000 }, async () => {
    const cases = readFileSync(join(root, "tests/reports/dev.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(cases.length > 100);
    const dir = mkdtempSync(join(tmpdir(), "hf-doctor-cases-"));
    await page({}, async (tab) => {
      const differ = [];
      for (const { id, evidence } of cases) {
        const name = `${id}.json`;
        writeFileSync(join(dir, name), JSON.stringify(evidence));
        const printed = spawnSync(program, ["diagnose", name, "--format", "json"], { cwd: dir, encoding: "utf8" });
        await tab.evaluate(() => document.getElementById("doctor-clear").click());
        const detail = await answered(tab, () => tab.setInputFiles("#doctor-files", join(dir, name)));
        if (detail.report !== printed.stdout) differ.push(`${id}: ${printed.stderr}`);
      }
      assert.deepEqual(differ, []);
    });
  });

  test("the page below the box is what the program prints as HTML", async () => {
    const dir = mkdtempSync(join(tmpdir(), "hf-doctor-html-"));
    writeFileSync(join(dir, "error.txt"), TOAST);
    const printed = spawnSync(program, ["diagnose", "error.txt", "--format", "html"], { cwd: dir, encoding: "utf8" }).stdout;
    await page({}, async (tab) => {
      await answered(tab, () => tab.setInputFiles("#doctor-files", join(dir, "error.txt")));
      const [box, program] = await tab.evaluate((printed) => {
        const words = (element) => {
          const copy = element.cloneNode(true);
          // Answers are buttons here and arguments there; the page prints the evidence, the box shows it above.
          copy.querySelectorAll("dt, dl.answers, [data-ask], details, script").forEach((one) => one.remove());
          return copy.textContent.replace(/\s+/g, " ").trim();
        };
        const holder = document.createElement("div");
        holder.append(...[...document.getElementById("doctor-report").shadowRoot.childNodes].map((node) => node.cloneNode(true)));
        return [words(holder), words(new DOMParser().parseFromString(printed, "text/html").body)];
      }, printed);
      assert.equal(box, program);
    });
  });
});

describe("nothing is sent", () => {
  for (const kind of ["server", "file"]) {
    test(`a diagnosis asks for the files of the page only, from a ${kind}`, async () => {
      const base = kind === "file" ? fromFile() : server.address;
      await page({ base }, async (tab, log) => {
        await answered(tab, () => paste(tab, LEAKY));
        await answered(tab, () => tab.setInputFiles("#doctor-files", join(root, "examples/whoami-free.json")));
        await tab.click("#doctor-markdown");
        await tab.waitForTimeout(300);
        const files = new Set(log.requests.filter((url) => url.startsWith(base)).map((url) => url.slice(base.length)));
        for (const name of files) assert.match(name, /^[\w./-]*\.(html|css|js|svg|ico|png)$/, name);
        for (const secret of SECRETS) assert.ok(!log.requests.some((url) => url.includes(secret)));
        assert.ok(!log.console.some((line) => /hf_abc|julia/.test(line)));
      });
      if (kind === "server") assert.ok(server.seen.every((line) => line.startsWith("GET /")), server.seen.join(", "));
    });

    test(`the policy of the page stops whoever tries, from a ${kind}`, async () => {
      const sink = await serve();
      const base = kind === "file" ? fromFile() : server.address;
      const { tab, context } = await open(browser, base);
      const outcome = await tab.evaluate(async (goal) => {
        const tries = {
          fetch: () => fetch(goal),
          own: () => fetch(location.href),
          xhr: () => new Promise((done, fail) => { const x = new XMLHttpRequest(); x.onload = done; x.onerror = fail; x.open("GET", goal); x.send(); }),
          image: () => new Promise((done, fail) => { const i = new Image(); i.onload = done; i.onerror = fail; i.src = `${goal}a.png`; }),
          socket: () => new Promise((done, fail) => { const s = new WebSocket(goal.replace("http", "ws")); s.onopen = done; s.onerror = fail; }),
          events: () => new Promise((done, fail) => { const s = new EventSource(goal); s.onopen = done; s.onerror = fail; }),
          script: () => new Promise((done, fail) => { const s = document.createElement("script"); s.onload = done; s.onerror = fail; s.src = `${goal}a.js`; document.head.append(s); }),
          frame: () => new Promise((done, fail) => {
            document.addEventListener("securitypolicyviolation", fail, { once: true });
            const f = document.createElement("iframe"); f.onload = () => setTimeout(done, 500); f.src = goal; document.body.append(f);
          }),
          inline: () => new Promise((done, fail) => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.head.append(s); window.ran ? done() : fail(new Error()); }),
          worker: () => new Promise((done, fail) => {
            const source = `fetch(${JSON.stringify(goal)}).then(() => postMessage("sent"), () => postMessage("stopped"))`;
            const w = new Worker(URL.createObjectURL(new Blob([source])));
            w.onmessage = ({ data }) => (data === "sent" ? done() : fail(new Error()));
          }),
        };
        const result = {};
        for (const [name, act] of Object.entries(tries)) result[name] = await Promise.resolve().then(act).then(() => "sent", () => "stopped");
        // A beacon tells nothing; the server below does.
        navigator.sendBeacon(goal, "beacon");
        return result;
      }, sink.address);
      await tab.waitForTimeout(300);
      await context.close();
      sink.close();
      for (const [name, told] of Object.entries(outcome)) assert.equal(told, "stopped", name);
      assert.deepEqual(sink.seen, [], "nothing arrived");
    });
  }
});

describe("hostile text", () => {
  const tricks = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "[x](javascript:alert(1))",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>", "](javascript:alert(1))", "`".repeat(10_000), "--> <!-- <b>",
    "</textarea><iframe src=//evil.example>", "\u202egnp.exe\u200b\u0007\u001b]8;;http://evil.example\u0007", "---\ntitle: x\n---",
    "{{ 7 * 7 }} {% for x in y %}", "</pre></details></section></body>", "\"'><style>*{display:none}</style>",
  ];
  const nasty = `${TOAST.replace("60s", "60s")} ${tricks[0]}\nhttps://huggingface.co/${tricks[1]}/x\n${tricks.join("\n")}\n402 Client Error: ${tricks.join(" ")} for url: https://router.huggingface.co/v1/x\n`;

  const inert = async (tab, log) => {
    await tab.waitForTimeout(100);
    const found = await tab.evaluate(() => {
      const trees = [document.getElementById("doctor"), document.getElementById("doctor-report").shadowRoot];
      const all = trees.flatMap((tree) => [...tree.querySelectorAll("*")]);
      return {
        elements: all.filter((one) => /^(script|img|iframe|style|object|embed|link|form|video|audio|base|meta)$/.test(one.localName) && one.id !== "doctor-form").map((one) => one.outerHTML.slice(0, 80)),
        handlers: all.flatMap((one) => [...one.attributes].filter(({ name }) => /^on|^style$/.test(name)).map(({ name }) => name)),
        links: all.filter((one) => one.localName === "a").map((one) => one.getAttribute("href")).filter((href) => href && !/^(https:\/\/[\w.-]+\/|#)/.test(href)),
        hidden: /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/.test(trees[1].textContent + document.getElementById("doctor-previews").textContent),
        marks: document.title + document.querySelectorAll("h1").length,
      };
    });
    assert.deepEqual(found.elements, []);
    assert.deepEqual(found.handlers, []);
    assert.deepEqual(found.links, []);
    assert.equal(found.hidden, false, "no control or direction characters");
    assert.deepEqual(log.dialogs, []);
  };

  test("stays text when pasted", () => page({}, async (tab, log) => {
    const detail = await answered(tab, () => paste(tab, nasty));
    assert.ok(report(detail).problems.length > 0, "it was read, not refused");
    await inert(tab, log);
  }));

  test("stays text as name, evidence file, whoami and answer", () => page({}, async (tab, log) => {
    const file = (name, value) => ({ name, mimeType: "text/plain", buffer: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)) });
    await answered(tab, () => tab.setInputFiles("#doctor-files", [
      file("<img src=x onerror=alert(1)>.json", { text: nasty, notes: nasty, surface: "space", client: { name: tricks[1], exception: tricks[0] } }),
      file("whoami.json", { type: "user", name: tricks[0], fullname: tricks[1], isPro: false, orgs: [{ name: tricks[3], type: "org" }] }),
      file(`${"x".repeat(300)}\u202e.log`, nasty),
    ]));
    await inert(tab, log);
  }));

  test("stays text when it comes in a link", async () => {
    const bytes = Buffer.from(JSON.stringify({ v: 1, i: [[tricks[1], nasty], ["pasted text", nasty]], s: [], d: "2026-11-20" }));
    await page({ hash: `#d0=${bytes.toString("base64url")}` }, async (tab, log) => {
      await tab.waitForFunction(() => window.heard.length > 0);
      await inert(tab, log);
    });
  });

  for (const [what, hash] of Object.entries({
    "not base64": "#d1=%%%%", "not deflated": "#d1=AAAA", "not JSON": `#d0=${Buffer.from("{").toString("base64url")}`,
    "another version": `#d0=${Buffer.from('{"v":9,"i":[],"s":[],"d":"2026-01-01"}').toString("base64url")}`,
    "other types": `#d0=${Buffer.from('{"v":1,"i":[[1,{}]],"s":7,"d":null}').toString("base64url")}`,
    "an unknown fact": `#d0=${Buffer.from('{"v":1,"i":[],"s":[["no.such","x"]],"d":"2026-01-01"}').toString("base64url")}`,
  })) {
    test(`a damaged link is refused in words: ${what}`, () => page({ hash }, async (tab) => {
      if (what === "not base64") return assert.equal(await tab.locator("#doctor-result").isVisible(), false);
      await tab.locator("#doctor-problem").waitFor({ state: "visible" });
      assert.match(await tab.locator("#doctor-problem").textContent(), /damaged|fact/);
    }));
  }

  test("a link that unpacks to hundreds of megabytes is given up early", async () => {
    const { deflateRawSync } = await import("node:zlib");
    const bomb = deflateRawSync(Buffer.alloc(200 * 1024 * 1024, 32), { level: 9 }).toString("base64url");
    await page({ hash: `#d1=${bomb.slice(0, 399_999)}` }, async (tab) => {
      await tab.locator("#doctor-problem").waitFor({ state: "visible" });
      assert.match(await tab.locator("#doctor-problem").textContent(), /damaged/);
    });
  });
});

describe("large and odd input", () => {
  const line = "2026-11-20 10:00:00 INFO step 123 loss 0.123 lr 1e-4 grad 0.55 tokens/s 1234 eta 5:00:00\n";

  test("20 MB stay bounded, and the page goes on", { timeout: 180_000 }, () => page({}, async (tab) => {
    await tab.evaluate(() => {
      window.gaps = [];
      let last = performance.now();
      setInterval(() => { const now = performance.now(); window.gaps.push(now - last); last = now; }, 20);
    });
    const detail = await answered(tab, () => tab.evaluate(({ line, toast }) => {
      const text = line.repeat(Math.floor((20 * 1024 * 1024 - 200) / line.length)) + toast;
      const data = new DataTransfer();
      data.setData("text/plain", text);
      document.getElementById("doctor-text").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      setTimeout(() => { window.gaps = []; }, 1000);
    }, { line, toast: TOAST }));
    const gaps = await tab.evaluate(() => window.gaps.slice().sort((a, b) => b - a));
    console.log(`20 MB: answer after ${Math.round(detail.ms)} ms, longest pause of the page ${Math.round(gaps[0])} ms, ${gaps.length} ticks`);
    assert.ok(detail.report ? report(detail).problems[0].rule.startsWith("zerogpu") : true);
    assert.ok(gaps.length > 10 && gaps[0] < 1000, `the page stood still for ${gaps[0]} ms`);
    assert.equal(await tab.locator("#doctor-text").inputValue(), "", "the field does not hold megabytes");
    const preview = await tab.evaluate(() => document.getElementById("doctor-previews").textContent.length);
    assert.ok(preview < 100_000, `${preview} characters of preview`);
    await tab.click("#doctor-link");
    assert.match(await tab.locator("#doctor-status").textContent(), /too long for a link/);
  }));

  test("more than 20 MB are refused with a reason", () => page({}, async (tab) => {
    await tab.setInputFiles("#doctor-files", { name: "huge.log", mimeType: "text/plain", buffer: Buffer.alloc(21 * 1024 * 1024, 97) });
    await tab.locator("#doctor-problem").waitFor({ state: "visible" });
    assert.match(await tab.locator("#doctor-problem").textContent(), /21\.0 MB; this box reads 20\.0 MB/);
  }));

  test("pictures, archives, UTF-16 and nothing at all are told apart", () => page({}, async (tab) => {
    const file = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer });
    const refused = await answered(tab, () => tab.setInputFiles("#doctor-files", file("shot.png", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"))));
    assert.equal(refused.report, undefined);
    assert.match(await tab.locator("#doctor-problem").textContent(), /shot\.png: this looks like .*image/);
    await tab.click("#doctor-clear");
    const read = await answered(tab, () => tab.setInputFiles("#doctor-files", file("a.log", Buffer.concat([Buffer.from("fffe", "hex"), Buffer.from(TOAST, "utf16le")]))));
    assert.equal(report(read).problems[0].rule.startsWith("zerogpu"), true);
    await tab.click("#doctor-clear");
    await tab.click("button[type=submit]");
    assert.match(await tab.locator("#doctor-status").textContent(), /nothing to diagnose/);
  }));

  test("after a trap the engine starts afresh", () => page({}, async (tab) => {
    // A worker that dies is what a trap, or a phone without memory, looks like from the page.
    await tab.evaluate(() => {
      const post = Worker.prototype.postMessage;
      let once = true;
      Worker.prototype.postMessage = function (message) {
        if (!once) return post.call(this, message);
        once = false;
        this.onmessage({ data: { id: message.id, failed: "trap" } });
      };
    });
    await paste(tab, TOAST);
    await tab.locator("#doctor-problem").waitFor({ state: "visible" });
    assert.match(await tab.locator("#doctor-problem").textContent(), /mistake of ours.*Nothing was sent/s);
    const detail = await answered(tab, () => tab.click("button[type=submit]"));
    assert.ok(report(detail).causes.length > 0);
  }));
});

describe("in the hand", () => {
  test("the first diagnosis comes soon after the paste", () => page({ permissions: ["clipboard-read", "clipboard-write"] }, async (tab) => {
    await tab.evaluate((text) => navigator.clipboard.writeText(text), TOAST);
    await tab.evaluate(() => {
      addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
      addEventListener("doctor", () => { window.took = performance.now() - window.pressed; }, true);
    });
    const times = [];
    for (let i = 0; i < 9; i++) {
      await tab.evaluate(() => document.getElementById("doctor-clear").click());
      await tab.focus("#doctor-text");
      await answered(tab, () => tab.keyboard.press("Control+v"));
      times.push(await tab.evaluate(() => window.took));
    }
    const first = times[0];
    times.sort((a, b) => a - b);
    console.log(`key to report: first ${Math.round(first)} ms, median of 9 ${Math.round(times[4])} ms`);
    assert.match(await shown(tab), /quota/);
  }));

  test("masked text comes first, with counts, and no secret anywhere in the page but the field", () => page({}, async (tab) => {
    const detail = await answered(tab, () => paste(tab, LEAKY));
    const { before, text } = await tab.evaluate(() => {
      const masked = document.querySelector(".doctor-masked"), report = document.getElementById("doctor-report");
      return {
        before: Boolean(masked.compareDocumentPosition(report) & Node.DOCUMENT_POSITION_FOLLOWING),
        text: document.getElementById("doctor-result").textContent + report.shadowRoot.textContent,
      };
    });
    assert.ok(before);
    assert.match(text, /1 × hf-token/);
    assert.match(text, /<hf-token#1>/);
    for (const secret of SECRETS) assert.ok(!text.includes(secret) && !detail.report.includes(secret), secret);
  }));

  test("questions rank anew, answers can be taken back, and so can the browser's back button", () => page({}, async (tab) => {
    const first = report(await answered(tab, () => paste(tab, "402 Payment Required: You have exceeded your monthly included credits for Inference Providers.")));
    const button = tab.locator("#doctor-report button[data-fact]").first();
    const fact = await button.getAttribute("data-fact");
    const value = await button.getAttribute("data-value");
    const second = report(await answered(tab, () => button.click()));
    assert.notDeepEqual(second.causes.map(({ id, share }) => [id, share]), first.causes.map(({ id, share }) => [id, share]));
    const chip = tab.locator("#doctor-sets li");
    assert.deepEqual([await chip.getAttribute("data-fact"), await chip.getAttribute("data-value")], [fact, value]);
    assert.equal(await tab.evaluate(() => document.activeElement.id), "doctor-report", "the focus follows");
    const back = report(await answered(tab, () => tab.goBack()));
    assert.deepEqual(back.causes, first.causes);
    const forward = report(await answered(tab, () => tab.goForward()));
    assert.deepEqual(forward.causes, second.causes);
    const removed = report(await answered(tab, () => tab.locator("#doctor-sets button").click()));
    assert.deepEqual(removed.causes, first.causes);
    const program_ = spawnSync(program, ["diagnose", "--format", "json", "--set", `${fact}=${value}`], {
      encoding: "utf8", input: "402 Payment Required: You have exceeded your monthly included credits for Inference Providers." });
    assert.deepEqual(JSON.parse(program_.stdout).causes.map(({ id, share }) => [id, share]), second.causes.map(({ id, share }) => [id, share]));
  }));

  test("a day can be named", () => page({}, async (tab) => {
    await answered(tab, () => paste(tab, TOAST));
    const then = report(await answered(tab, () => tab.fill("#doctor-day", "2025-06-01")));
    assert.equal(then.as_of, "2025-06-01");
    assert.ok(await tab.getAttribute("#doctor-day", "min"));
  }));

  test("a link restores the report and holds no secret", async () => {
    const context = { permissions: ["clipboard-read", "clipboard-write"] };
    const whoami = { type: "user", name: "julia-secretname", fullname: "Julia Secretname", email: SECRETS[1], isPro: false, canPay: false, orgs: [], avatarUrl: "https://example.org/a" };
    const { address, sent } = await page(context, async (tab) => {
      await answered(tab, () => paste(tab, `${LEAKY}\nhello julia-secretname`));
      await answered(tab, () => tab.setInputFiles("#doctor-files", { name: "whoami.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(whoami)) }));
      const answer = tab.locator("#doctor-report button[data-fact]").first();
      let sent = await tab.evaluate(() => window.heard.at(-1));
      if (await answer.count()) sent = await answered(tab, () => answer.click());
      await tab.click("#doctor-link");
      await tab.waitForFunction(() => document.getElementById("doctor-status").textContent.includes("Link copied"));
      return { address: await tab.evaluate(() => navigator.clipboard.readText()), sent: report(sent) };
    });
    const [, kind, letters] = /#d([01])=([\w-]+)$/.exec(address);
    assert.equal(kind, "1");
    const { inflateRawSync } = await import("node:zlib");
    const carried = inflateRawSync(Buffer.from(letters, "base64url")).toString();
    for (const secret of [...SECRETS, "julia-secretname", "Secretname", "avatarUrl"]) assert.ok(!carried.includes(secret), secret);
    await page({ hash: address.slice(address.indexOf("#")) }, async (tab) => {
      await tab.waitForFunction(() => window.heard.length > 0);
      const restored = report(await tab.evaluate(() => window.heard.at(-1)));
      const essence = ({ verdict, as_of, causes, plan }) => ({ verdict, as_of, causes: causes.map(({ id, share }) => [id, share]), plan: plan.map(({ step }) => step) });
      assert.deepEqual(essence(restored), essence(sent));
      assert.match(await tab.locator("#doctor-status").textContent(), /Opened from a link/);
    });
  });

  test("Markdown is copied, or offered for copying by hand; JSON is saved", async () => {
    await page({ permissions: ["clipboard-read", "clipboard-write"] }, async (tab) => {
      const detail = await answered(tab, () => paste(tab, LEAKY));
      await tab.click("#doctor-markdown");
      await tab.waitForFunction(() => document.getElementById("doctor-status").textContent.includes("Copied"));
      const text = await tab.evaluate(() => navigator.clipboard.readText());
      assert.match(text, /^#* ?\S/);
      for (const secret of SECRETS) assert.ok(!text.includes(secret));
      const [download] = await Promise.all([tab.waitForEvent("download"), tab.click("#doctor-json")]);
      assert.equal(readFileSync(await download.path(), "utf8"), detail.report);
    });
    await page({}, async (tab) => {
      await tab.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error("no")); });
      await answered(tab, () => paste(tab, TOAST));
      await tab.click("#doctor-markdown");
      await tab.locator("#doctor-copy-text").waitFor({ state: "visible" });
      assert.ok((await tab.inputValue("#doctor-copy-text")).length > 200);
    });
  });

  test("works with the keyboard alone", () => page({}, async (tab) => {
    await tab.focus("#doctor-text");
    await tab.keyboard.insertText("402 Payment Required: You have exceeded your monthly included credits for Inference Providers.");
    await answered(tab, () => tab.keyboard.press("Control+Enter"));
    await tab.waitForFunction(() => document.activeElement.id === "doctor-report");
    await tab.waitForTimeout(600);
    const reached = await tab.evaluate(() => document.getElementById("doctor-report").shadowRoot.querySelector("button[data-fact]") !== null);
    assert.ok(reached);
    for (let i = 0; i < 40; i++) {
      await tab.keyboard.press("Tab");
      if (await tab.evaluate(() => document.getElementById("doctor-report").shadowRoot.activeElement?.matches("button[data-fact]"))) break;
    }
    const count = await tab.evaluate(() => window.heard.length);
    await tab.keyboard.press("Enter");
    await tab.waitForFunction((count) => window.heard.length > count, count);
    assert.equal(await tab.locator("#doctor-sets li").count(), 1);
  }));

  for (const scheme of ["light", "dark"]) {
    for (const width of [390, 1280]) {
      test(`axe finds nothing, ${width} px, ${scheme}`, () => page({ colorScheme: scheme, viewport: { width, height: 900 }, bypassCSP: true }, async (tab) => {
        const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
        await tab.evaluate(axe);
        const check = async () => (await tab.evaluate(() => axe.run())).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
        assert.deepEqual(await check(), [], "empty");
        await answered(tab, () => paste(tab, LEAKY));
        const button = tab.locator("#doctor-report button[data-fact]").first();
        if (await button.count()) await answered(tab, () => button.click());
        assert.deepEqual(await check(), [], "with a report");
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} px too wide`);
      }));
    }
  }

  test("without JavaScript the box says where else to look", async () => {
    const { tab, context } = await open(browser, server.address, { javaScriptEnabled: false, ready: false });
    assert.equal(await tab.locator("#doctor-form").isVisible(), false);
    assert.equal(await tab.locator(".doctor-without").isVisible(), true);
    await context.close();
  });
});
