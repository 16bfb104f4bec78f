// A browser on a page with the box, and everything it asked the network for.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./chromium.mjs";

export { launch, program, root } from "./chromium.mjs";

/** The site or the page under test; `npm test` without it makes the page with nothing but the box. */
export const site = process.env.HF_DOCTOR_SITE ? resolve(process.env.HF_DOCTOR_SITE) : single();
/** The page with the box. */
export const page = process.env.HF_DOCTOR_PAGE ?? "index.html";
function single() {
  const dir = mkdtempSync(join(tmpdir(), "hf-doctor-page-"));
  const made = spawnSync("cargo", ["run", "--quiet", "--locked", "--example", "doctor-page", "--", dir], { cwd: root, stdio: "inherit" });
  if (made.status !== 0) throw new Error("the page could not be made: run browser/build.sh first");
  return dir;
}

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** The site on a port of this machine; `seen` lists what was asked for. */
export async function serve() {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const path = normalize(decodeURIComponent(request.url.split(/[?#]/)[0]));
    const file = join(site, path.endsWith("/") ? `${path}index.html` : path);
    if (!file.startsWith(site) || !existsSync(file) || statSync(file).isDirectory()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const address = `http://127.0.0.1:${server.address().port}/`;
  return { address, seen, close: () => { server.closeAllConnections(); server.close(); } };
}

export const fromFile = () => `${pathToFileURL(site).href}/`;

/** A tab on the page, with all requests, dialogs and errors it had. */
export async function open(browser, base, { hash = "", ready = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const tab = await context.newPage();
  const log = { requests: [], dialogs: [], errors: [], console: [] };
  context.on("request", (request) => log.requests.push(request.url()));
  tab.on("websocket", (socket) => log.requests.push(socket.url()));
  tab.on("dialog", (dialog) => { log.dialogs.push(dialog.message()); dialog.dismiss(); });
  tab.on("pageerror", (error) => log.errors.push(String(error)));
  tab.on("console", (message) => log.console.push(message.text()));
  await tab.addInitScript(() => {
    window.heard = [];
    addEventListener("doctor", (event) => window.heard.push(event.detail), true);
  });
  await tab.goto(`${base}${page}${hash}`);
  if (ready) await tab.waitForFunction(() => document.getElementById("doctor-about").textContent.includes("knowledge base"));
  return { tab, context, log };
}

/** Does something and waits for the answer of the engine. */
export async function answered(tab, act) {
  const before = await tab.evaluate(() => window.heard.length);
  await act();
  await tab.waitForFunction((count) => window.heard.length > count, before, { timeout: 90_000, polling: 20 });
  return tab.evaluate(() => window.heard.at(-1));
}

/** Pastes into the field as a person does. */
export const paste = (tab, text) =>
  tab.evaluate((text) => {
    const field = document.getElementById("doctor-text");
    field.focus();
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    if (field.dispatchEvent(event)) document.execCommand("insertText", false, text);
  }, text);

/** The text of the report as it is shown. */
export const shown = (tab) => tab.evaluate(() => document.getElementById("doctor-report").shadowRoot.textContent);
