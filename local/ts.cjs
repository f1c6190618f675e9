// Loads TypeScript the way the Pulumi CLI does (ts-node, transpile only): the emitted text of every Lambda is the deployed one.
const required = 24;
const actual = Number(process.versions.node.split(".")[0]);
if (actual < required) {
  console.error(
    `wattlake needs Node ${required}, this is ${process.version}. Run \`npm ci\` without --ignore-scripts, then use npm scripts.`,
  );
  process.exit(1);
}
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { register, VERSION } = require("ts-node");

const project = require.resolve("../tsconfig.json");
const service = register({ transpileOnly: true, project });

// A file is translated once: a start is some hundred of them, in two processes, and took four seconds of a processor.
const folder = join(__dirname, "../node_modules/.cache/wattlake/ts");
const settings = [VERSION, service.ts.version, readFileSync(project, "utf8")].join();
const compile = service.compile.bind(service);
const kept = new Map();
service.compile = (code, fileName, lineOffset) => {
  const hash = createHash("sha256").update([settings, fileName, code].join("\0")).digest("hex");
  const path = join(folder, `${hash}.js`);
  if (existsSync(path)) {
    const text = readFileSync(path, "utf8");
    kept.set(fileName, text);
    return text;
  }
  const text = compile(code, fileName, lineOffset);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
  return text;
};
// ts-node's own part, which knows only the source maps of what this process has translated.
const part = require.resolve("@cspotcode/source-map-support", { paths: [dirname(require.resolve("ts-node"))] });
require(part).install({ retrieveFile: (path) => kept.get(path) ?? null });
