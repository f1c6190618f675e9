/** The program under Pulumi's own loader, as `pulumi up` starts it. */
import { z } from "zod";
import { flatConfig, loadProgram, type Registration } from "./fake-engine";
import { synthesize } from "./synth";

const code = z.object({ assets: z.looseObject({ "__index.js": z.object({ text: z.string() }) }) });

test("registers what the tests synthesize, with parents and protection", async () => {
  const { exitCode, registrations, messages } = await loadProgram("prod", flatConfig("prod"));
  expect(messages).toEqual([]);
  expect(exitCode).toBe(0);
  const { resources } = await synthesize("prod");
  const line = ({
    type,
    name,
    protect,
    retainOnDelete,
  }: Pick<Registration, "type" | "name" | "protect" | "retainOnDelete">) =>
    `${type} ${name} ${protect} ${retainOnDelete}`;
  const withoutStack = registrations.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  const synthesized = resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  expect(withoutStack.map(line).sort()).toEqual(synthesized.map(line).sort());
  const parents = new Map(withoutStack.map(({ type, name, parent }) => [`${type} ${name}`, parent]));
  for (const { type, name, parent } of synthesized)
    expect([name, parents.get(`${type} ${name}`)]).toEqual([name, parent ?? "wattlake-prod"]);

  // A comment in a callback must not be in its archive, or editing it would be a change of the function.
  const functions = registrations.filter(({ type }) => type === "aws:lambda/function:Function");
  expect(functions.length).toBeGreaterThan(0);
  for (const { inputs } of functions) expect(code.parse(inputs.code).assets["__index.js"].text).not.toContain("/** ");
});

test("a mistake in the configuration creates nothing, and is told without a stack trace", async () => {
  const config = flatConfig("dev", { "wattlake:ingest": { delivery: "bufered" } });
  const { exitCode, registrations, messages } = await loadProgram("dev", config);
  expect(exitCode).not.toBe(0);
  expect(registrations.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
  expect(messages).toEqual([
    "The stack configuration has a mistake:\n" +
      '  wattlake:ingest.delivery is "bufered", but must be one of "buffered", "direct" (did you mean "buffered"?).',
  ]);
});
