/** docs/tour.md: its commands, options, views, meters and plans exist, and its sections of the page are those of docs/analysis.md. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackConfig } from "../../local/program/stack-config";
import { readOptions } from "../../local/session/options";
import { readSites } from "../../local/session/sites";
import { scripts } from "../../package.json";
import { readArguments as readBillArguments } from "../../tools/bill/arguments";
import { readArguments as readQueryArguments } from "../../tools/query/arguments";
import { type Mirror, openMirror } from "../sql/mirror";

const root = join(__dirname, "../..");
const docs = join(root, "docs");
const page = readFileSync(join(docs, "tour.md"), "utf8");
const analysis = readFileSync(join(docs, "analysis.md"), "utf8");
const lines = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) => block.split("\n"));

/** The words after `npm ... --`, as a shell makes them. */
const words = (line: string) =>
  [...(line.split(" -- ")[1] ?? "").matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
const of = (command: string) => lines.filter((line) => line.includes(command)).map(words);

let mirror: Mirror;
beforeAll(async () => {
  mirror = await openMirror();
});
afterAll(() => mirror.close());

test("every npm script exists, and so does every page that it leads to", () => {
  const named = [...page.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name ?? "");
  expect(new Set(named).size).toBeGreaterThan(4);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  const linked = [...page.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => name ?? "");
  expect(linked.filter((name) => !existsSync(join(docs, name)))).toEqual([]);
});

test("options are taken", () => {
  expect(of("npm start").length).toBeGreaterThan(2);
  for (const args of of("npm start")) readOptions(args);
  expect(of("npm run bill").map((args) => readBillArguments(args)?.site)).toEqual(["home"]);
});

test("each question is answered", async () => {
  const questions = of("npm run query").map((args) => readQueryArguments(args));
  expect(questions.length).toBeGreaterThan(4);
  for (const { views, text } of questions) {
    // The mirror of tests has no live path.
    if (views || text === undefined || text.includes("live_power")) continue;
    expect(await mirror.warehouse.query(text.replace(/\b(FROM|JOIN) (\w+)/g, "$1 `wattlake.$2`"))).toEqual([]);
  }
});

test("the meters and the plan are those of the demo", () => {
  const sites = readSites(readStackConfig(root, "dev"));
  const meters = sites.flatMap(({ meters }) => meters.map(({ id }) => id));
  const named = new Set(page.match(/shelly(em|emg3)-\w+/g));
  expect(named.size).toBe(2);
  expect([...named].filter((id) => !meters.includes(id))).toEqual([]);
  const plans = new Set([...page.matchAll(/tariffs\/([\w-]+)\.yaml/g)].map(([, plan]) => plan));
  expect([...plans]).toEqual(["pl-g12"]);
  expect(sites.some(({ id }) => id === "home")).toBe(true);
  const [london] = sites.filter(({ id }) => id === "london");
  expect(london?.meters.map(({ maxGap }) => maxGap)).toEqual(["930 s"]);
  expect(page).toContain("After 930 seconds");
});

test("the page's screens are those of the charts", () => {
  const screens = [...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
  expect(screens).toEqual(
    [...analysis.matchAll(/^## (Now|Period|Circuits|Pattern|Money|Trust)$/gm)].map(([, name]) => name),
  );
});
