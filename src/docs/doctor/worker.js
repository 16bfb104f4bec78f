// Runs the engine away from the page, so that typing and scrolling go on. The instance is kept, because it has its
// index built; after a failure, and when a large log has blown it up, the next request gets a fresh one.
"use strict";
const LARGE = 96 * 1024 * 1024;
let compiled, kept;

const unpack = async (letters) => {
  const packed = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
};

const call = (instance, name, text) => {
  const { memory, alloc, free, [name]: run } = instance.exports;
  let answer;
  if (text === undefined) {
    answer = run();
  } else {
    const bytes = new TextEncoder().encode(text);
    const at = alloc(bytes.length);
    if (!at) throw new Error("out of memory");
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    answer = run(at, bytes.length);
    free(at, bytes.length);
  }
  if (!answer) throw new Error("out of memory");
  const length = new DataView(memory.buffer).getUint32(answer >>> 0, true);
  const told = new TextDecoder().decode(new Uint8Array(memory.buffer, (answer >>> 0) + 4, length));
  free(answer, length + 4);
  return told;
};

// Files are read here. What is not UTF-8 goes to the engine as bytes; it knows UTF-16 and says what it cannot read.
const input = async ({ name, hint, text, file }) => {
  if (!file) return { name, hint, text };
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    return { name, hint, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    let binary = "";
    for (let i = 0; i < bytes.length; i += 32768) binary += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return { name, hint, base64: btoa(binary) };
  }
};

onmessage = async ({ data: { id, module, request } }) => {
  try {
    if (module) compiled = unpack(module);
    const instance = kept ?? (await WebAssembly.instantiate(await compiled, {}));
    kept = undefined;
    if (!request) {
      postMessage({ id, about: JSON.parse(call(instance, "about")) });
    } else {
      const inputs = await Promise.all(request.inputs.map(input));
      postMessage({ id, answer: JSON.parse(call(instance, "diagnose", JSON.stringify({ ...request, inputs }))) });
    }
    if (instance.exports.memory.buffer.byteLength < LARGE) kept = instance;
  } catch (error) {
    // Only the kind: a message may quote what was pasted.
    postMessage({ id, failed: error instanceof WebAssembly.RuntimeError ? "trap" : String(error.name) });
  }
};
