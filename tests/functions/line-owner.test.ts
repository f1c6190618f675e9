/** Which part takes a line: by the site of its device, without keeping the text that the line was cut from. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { makeRegistry } from "../../functions/lake/registry";
import { partOf } from "../../functions/lake/run-work";
import { makeLineOwner } from "../../functions/readings/line-owner";

const names = Array.from({ length: 400 }, (_, n) => `shellyem-of-a-long-name-${n}`);
const meters = names.map((device) =>
  JSON.stringify({ site: `of-${device}`, timezone: "UTC", device, channel: 0, role: "load" }),
);
const registry = makeRegistry(meters.join("\n"), "");

/** As the reader of lines gives them: cut from a quarter of a megabyte. */
function lineOf(device: string): string {
  const line = `{"value":1,"device":"${device}","channel":0}`;
  const [cut = ""] = `${line}\n${"x".repeat(256 * 1024)}${device}`.split("\n");
  return cut;
}

test("by its site, or by its own name where nobody knows it", () => {
  const ownerOf = makeLineOwner(registry, 7);
  for (const device of names) expect(ownerOf(lineOf(device))).toBe(partOf(`of-${device}`, 7));
  expect(ownerOf(lineOf("stranger"))).toBe(partOf("stranger", 7));
});

test("the lines of many meters are not kept", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const heldMb = () => {
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const ownerOf = makeLineOwner(registry, 7);
  const before = heldMb();
  for (const device of names) ownerOf(lineOf(device));
  for (const device of names) ownerOf(lineOf(`${device}-of-nobody`));
  // Together they are 200 MB.
  expect(heldMb() - before).toBeLessThan(20);
  expect(ownerOf(lineOf(names[0] ?? ""))).toBe(partOf(`of-${names[0]}`, 7));
});
