/** A second certificate beside the first, then the first retired and gone: the client is never without a good one. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { IClientOptions } from "mqtt";
import { z } from "zod";
import type { Graph } from "../../local/program/graph";
import { readArguments } from "../../tools/provision/arguments";
import { provision } from "../../tools/provision/provision";
import { connectTo, type Home, loadProject, makeProject, startHome } from "../local/aws/iot/home";

const meter = "shellyemg3-0cb815fc9d38";
let directory: string;
let home: Home;

const run = async (...words: string[]) => {
  await provision(readArguments([meter, "--local", "--state", "state", ...words]), {
    ...{ directory, print: () => undefined, password: undefined },
    pace: { now: () => 0, wait: async () => undefined },
  });
};

/** What `pulumi up`, or a new start of the local cloud, makes of the folder. */
async function up(): Promise<Graph> {
  await home?.cut();
  const graph = await loadProject(directory);
  home = await startHome(directory, graph);
  return graph;
}

/** Logical names of the certificates, and whether they are active. */
const certificatesOf = (graph: Graph) =>
  new Map(
    graph
      .all("aws:iot/certificate:Certificate", z.looseObject({ active: z.boolean() }))
      .map(({ name, inputs }) => [name, inputs.active] as const),
  );

type Credentials = Pick<IClientOptions, "key" | "cert" | "ca">;

async function publishesWith(credentials: Credentials) {
  const client = await connectTo(home.secureUrl, { clientId: meter, ...credentials });
  await client.publishAsync(`${meter}/events/rpc`, "{}", { qos: 1 });
  await client.endAsync();
}

test("rotation", async () => {
  directory = makeProject();
  await run();
  const [first = ""] = certificatesOf(await up()).keys();
  const old = home.credentials(meter);
  await publishesWith(old);

  // Side by side.
  await expect(run("--retire")).rejects.toThrow("has no next certificate to go over to");
  await run("--rotate");
  await run("--rotate");
  const both = certificatesOf(await up());
  const [second = ""] = [...both.keys()].filter((name) => name !== first);
  expect(both).toEqual(new Map([first, second].map((name) => [name, true])));
  const next = home.credentials(meter, "next");
  expect(next.key).not.toBe(old.key);
  await publishesWith(old);
  await publishesWith(next);

  // The second keeps its certificate, as a resource and as a file at the meter; the first lets nobody in.
  await run("--retire");
  const retired = certificatesOf(await up());
  expect(retired).toEqual(
    new Map([
      [second, true],
      [first, false],
    ]),
  );
  expect(home.credentials(meter).key).toBe(next.key);
  await publishesWith(next);
  await expect(publishesWith(old)).rejects.toThrow("Not authorized");
  expect(home.problems).toEqual([expect.stringContaining("has a certificate that is retired")]);

  // Gone.
  rmSync(join(directory, "meters", `${meter}.retired.csr.pem`));
  expect(certificatesOf(await up())).toEqual(new Map([[second, true]]));
  await publishesWith(next);
  await expect(publishesWith(old)).rejects.toThrow("Not authorized");
  expect(home.problems).toEqual([expect.stringContaining("has a certificate that the program does not know")]);
  await home.close();
});
