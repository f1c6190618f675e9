/** Pulumi's engine: fetched in the SDK's version, once, and one sentence where it cannot be. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dependencies, scripts } from "../../package.json";
import { engineVersion, findEngine, isEngineFetched } from "../../tools/pulumi/engine";

let home: string;
const before = process.env.PULUMI_HOME;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
  process.env.PULUMI_HOME = home;
});
afterEach(() => {
  rmSync(home, { recursive: true });
  if (before === undefined) delete process.env.PULUMI_HOME;
  else process.env.PULUMI_HOME = before;
});

test("its version is the SDK's, as package.json pins it", () => {
  expect(engineVersion).toBe(dependencies["@pulumi/pulumi"]);
});

test("preview and up go through the same door", () => {
  for (const script of ["preview", "up"] as const) expect(scripts[script]).toBe(`${scripts.pulumi} ${script}`);
});

test("without a network one sentence says what is missing and from where", async () => {
  // As Node's fetch fails.
  const cause = Object.assign(new Error("getaddrinfo ENOTFOUND get.pulumi.com"), { code: "ENOTFOUND" });
  const install = () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause }));
  await expect(findEngine({ install })).rejects.toThrow(
    `Pulumi's engine ${engineVersion} is not on this computer, and get.pulumi.com, which has it, cannot be reached ` +
      "(getaddrinfo ENOTFOUND get.pulumi.com): connect to the internet and repeat the command; nothing was changed.",
  );
  expect(isEngineFetched()).toBe(false);
});

test("is fetched once", async () => {
  const fetched: string[] = [];
  const install = async (version: string, folder: string) => {
    fetched.push(version);
    mkdirSync(join(folder, "bin"), { recursive: true });
    writeFileSync(join(folder, "bin", "pulumi"), "#!/bin/sh\n", { mode: 0o755 });
  };
  const first = await findEngine({ install });
  expect(await findEngine({ install })).toBe(first);
  expect(fetched).toEqual([engineVersion]);
  expect(isEngineFetched()).toBe(true);
});
