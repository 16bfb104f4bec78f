// The browser and the program that the tests here compare.
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = resolve(fileURLToPath(import.meta.url), "../../..");
/** The program: the newest that was built. */
export const program = process.env.HF_DOCTOR ?? ["release", "debug"]
  .map((profile) => join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), profile, "hf-doctor"))
  .filter(existsSync).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
if (!program) throw new Error("there is no program to compare with: cargo build");

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"],
  });
}
