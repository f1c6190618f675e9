// The floor of the pipeline bench: a bare loop over the same bytes. Gunzip, parse, sort, stringify, gzip; no meaning.
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { gunzipSync, gzipSync } = require("node:zlib");

const folder = process.argv[2];
const started = performance.now();
const messages = [];
for (const name of readdirSync(folder).sort()) {
  for (const line of gunzipSync(readFileSync(join(folder, name)))
    .toString()
    .split("\n")) {
    if (line) messages.push(JSON.parse(line));
  }
}
messages.sort((a, b) => a.received_ms - b.received_ms);
const packed = gzipSync(messages.map((message) => JSON.stringify(message)).join("\n"));
console.log(JSON.stringify({ messages: messages.length, bytes: packed.length, ms: performance.now() - started }));
