/** Who may connect, and what each may do: things, policies and certificates of the program, from public requests alone. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { MeterGateway } from "../../components/aws/meter-gateway";
import { readRequests, requestFile } from "../../components/aws/meter-gateway-requests";
import {
  bridgeThing,
  type GatewayThing,
  gatewayThings,
  publishedTopics,
  topicRuleName,
} from "../../components/aws/meter-gateway-things";
import { parseConfig } from "../../config";
import { watchedSchema } from "../../functions/lake/watched";
import { answerInvoke, computeFields } from "../../local/program/computed";
import { makePrivateKey, makeRequest } from "../../tools/provision/key-pair";
import { type Synthesis, synthesizeAnew } from "./synth";

const meter = "shellyemg3-0cb815fc9d38";
const homeBridge = "wattlake-prod-home-bridge";
const arn = "arn:aws:iot:eu-central-1:123456789012:";
const statement = z.object({
  Effect: z.string(),
  Action: z.array(z.string()),
  Resource: z.array(z.string()),
  Condition: z.unknown().optional(),
});
const document = z.object({ Version: z.literal("2012-10-17"), Statement: z.array(statement) });

const types = {
  thing: "aws:iot/thing:Thing",
  policy: "aws:iot/policy:Policy",
  certificate: "aws:iot/certificate:Certificate",
  granted: "aws:iot/policyAttachment:PolicyAttachment",
  attached: "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment",
};

const statementsOf = (synthesis: Synthesis, name: string) =>
  document.parse(JSON.parse(z.string().parse(synthesis.get(types.policy, name).inputs.policy))).Statement;

let requests: string;
let empty: Synthesis;
let provisioned: Synthesis;

beforeAll(async () => {
  requests = mkdtempSync(join(tmpdir(), "wattlake-requests-"));
  empty = await synthesizeAnew("prod", { "wattlake:gateway": { requests } });
  await writeRequest(homeBridge, "current");
  await writeRequest(meter, "current");
  await writeRequest(meter, "next");
  await writeRequest(meter, "retired");
  provisioned = await synthesizeAnew("prod", { "wattlake:gateway": { requests } });
});

afterAll(() => rmSync(requests, { recursive: true }));

const writeRequest = async (thing: string, stage: "current" | "next" | "retired") =>
  writeFileSync(join(requests, requestFile(thing, stage)), await makeRequest(thing, makePrivateKey()));

describe("on the first day, without a request", () => {
  test("things and policies stand, nobody can connect, and the outputs say who is missing", () => {
    expect(empty.ofType(types.thing).map(({ inputs }) => inputs)).toEqual([
      { name: homeBridge, attributes: { site: "home" } },
      { name: meter, attributes: { site: "home" } },
    ]);
    expect(empty.ofType(types.policy)).toHaveLength(2);
    expect([types.certificate, types.granted, types.attached].flatMap(empty.ofType)).toEqual([]);
    expect(empty.outputs.metersToProvision).toEqual([homeBridge, meter]);
    expect(empty.outputs.meterCertificates).toEqual({ [homeBridge]: {}, [meter]: {} });
    expect(empty.outputs.iotEndpoint).toBe("local-ats.iot.eu-central-1.amazonaws.com");
  });
});

test("what is watched: each meter with its limit, and the ends of the certificates that may connect", () => {
  const object = (synthesis: Synthesis) =>
    watchedSchema().parse(
      JSON.parse(
        z.string().parse(synthesis.get("aws:s3/bucketObjectv2:BucketObjectv2", "watched-object").inputs.content),
      ),
    );
  const meters = [
    { site: "home", device: expect.any(String), silence_s: 86_400 },
    { site: "home", device: meter, silence_s: 86_400 },
  ];
  expect(object(empty)).toEqual({ meters, certificates: [] });
  const ends = "2049-12-31T23:59:59.000Z";
  expect(object(provisioned)).toEqual({
    meters,
    // The meter's present and its next one; the third can connect no more.
    certificates: [homeBridge, meter, meter].map((thing) => ({ thing, ends })),
  });
});

describe("a policy", () => {
  test("of a meter: connects as itself, publishes its notifications and its birth, which alone is retained", () => {
    expect(statementsOf(empty, `gateway-${meter}-policy`)).toEqual([
      {
        Effect: "Allow",
        Action: ["iot:Connect"],
        Resource: [`${arn}client/${meter}`],
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
      },
      {
        Effect: "Allow",
        Action: ["iot:Publish"],
        Resource: [`${arn}topic/${meter}/events/rpc`, `${arn}topic/${meter}/online`],
      },
      { Effect: "Allow", Action: ["iot:RetainPublish"], Resource: [`${arn}topic/${meter}/online`] },
    ]);
  });

  test("of a bridge: connects as itself, and publishes the measurements of its site's meters by Basic Ingest", () => {
    const topic = `${arn}topic/$aws/rules/wattlake_prod_gen1/shellies/shellyem-A4CF12F3B2/emeter/*`;
    expect(statementsOf(empty, `gateway-${homeBridge}-policy`)).toMatchObject([
      { Action: ["iot:Connect"], Resource: [`${arn}client/${homeBridge}`] },
      { Action: ["iot:Publish"], Resource: [topic] },
    ]);
  });

  test("lets nobody subscribe or receive, has no wildcard action, and no wildcard before a client's own name", () => {
    for (const { name } of empty.ofType(types.policy))
      for (const { Effect, Action, Resource } of statementsOf(empty, name)) {
        expect(Effect).toBe("Allow");
        expect(Action.filter((action) => !/^iot:(Connect|Publish|RetainPublish)$/.test(action))).toEqual([]);
        for (const resource of Resource) expect(resource).toMatch(/^arn:aws:iot:[^*]+(emeter\/\*)?$/);
      }
  });

  test("names the topic rules that there are", () => {
    const rules = empty.ofType("aws:iot/topicRule:TopicRule").map(({ inputs }) => inputs.name);
    expect(rules).toEqual(["gen1", "gen2", "joined"].map((kind) => `wattlake_prod_${kind}`));
  });
});

describe("a certificate", () => {
  test("is made from the request alone, so that no private key is in the state", () => {
    const certificates = provisioned.ofType(types.certificate);
    expect(certificates).toHaveLength(4);
    for (const { inputs } of certificates) {
      expect(Object.keys(inputs).sort()).toEqual(["active", "csr"]);
      expect(inputs.csr).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----/);
    }
    expect(JSON.stringify(provisioned)).not.toContain("PRIVATE KEY");
  });

  test("is attached to its own thing and its own policy, at every stage", () => {
    const pairs = (type: string, other: string, target: string) =>
      provisioned.ofType(type).map(({ inputs }) => [inputs[other], String(inputs[target]).split("-certificate-")[0]]);
    const whose = [homeBridge, meter, meter, meter];
    const client = (thing: string) => `${arn}cert/gateway-${thing}`;
    expect(pairs(types.attached, "thing", "principal")).toEqual(whose.map((thing) => [thing, client(thing)]));
    expect(pairs(types.granted, "policy", "target")).toEqual(
      whose.map((thing) => [`gateway-${thing}-policy`, client(thing)]),
    );
  });

  test("in use is protected in prod; a retired one is deactivated and may be deleted", () => {
    const active = provisioned.ofType(types.certificate).filter(({ inputs }) => inputs.active === true);
    const retired = provisioned.ofType(types.certificate).filter(({ inputs }) => inputs.active === false);
    expect(active.map(({ protect, retainOnDelete }) => [protect, retainOnDelete])).toEqual(
      Array(3).fill([true, false]),
    );
    expect(retired.map(({ protect }) => protect)).toEqual([false]);
  });

  test("is shown by stage, and nobody is missing any more", () => {
    const { meterCertificates, metersToProvision } = provisioned.outputs;
    expect(metersToProvision).toEqual([]);
    const shown = z.record(z.string(), z.record(z.string(), z.unknown())).parse(meterCertificates);
    expect(Object.entries(shown).map(([thing, stages]) => [thing, Object.keys(stages)])).toEqual([
      [homeBridge, ["current"]],
      [meter, ["current", "next", "retired"]],
    ]);
  });
});

describe("requests", () => {
  const read = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), "wattlake-request-"));
    try {
      writeFileSync(join(folder, requestFile("m", "current")), text);
      return readRequests(folder, [{ thing: "m" }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test("keep their fingerprint from stage to stage, whatever stands at their end", async () => {
    const pem = await makeRequest("m", makePrivateKey());
    expect(read(`${pem}\n\n`)).toEqual(read(pem.trim()));
  });

  test.each([
    ["a private key", makePrivateKey(), "holds a private key"],
    [
      "a certificate",
      "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
      "is not one certificate request",
    ],
    ["nothing", "", "npm run provision -- m makes it"],
  ])("a file that holds %s ends the program", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test("beside a private key are refused too", async () => {
    const key = makePrivateKey();
    const pem = await makeRequest("m", key);
    expect(() => read(pem + key)).toThrow("holds a private key");
  });
});

describe("clients", () => {
  const channels = [{ index: 0, name: "Grid", role: "grid" }];
  const circuit = [{ index: 0, name: "Car", role: "load" }];
  const site = (id: string, ...meters: object[]) => ({ id, timezone: "Europe/Warsaw", currency: "PLN", meters });
  const configOf = (...sites: object[]) => parseConfig({ sites });

  test("are a bridge for each site that needs one, and each meter that speaks for itself", () => {
    const config = configOf(
      site(
        "a",
        { id: "g1", model: "EM", channels },
        { id: "g3", model: "EMG3", connection: "bridge", channels: circuit },
      ),
      site("b", { id: "own", model: "Pro3EM", channels }),
    );
    expect(gatewayThings(config, "wattlake", "x.y")).toEqual([
      {
        thing: "wattlake-x-y-a-bridge",
        site: "a",
        carries: [
          { id: "g1", generation: "gen1", rule: "wattlake_x_y_gen1" },
          { id: "g3", generation: "gen2", rule: "wattlake_x_y_gen2" },
        ],
      },
      { thing: "own", site: "b", carries: [] },
    ]);
    expect(topicRuleName("wattlake", "x.y", "gen2")).toBe("wattlake_x_y_gen2");
  });

  test("a bridge that joins publishes to one topic a meter, of the rule for it", () => {
    const meters = [
      { id: "g1", model: "EM", channels },
      { id: "g3", model: "EMG3", channels: circuit },
    ];
    const config = parseConfig({ sites: [site("a", ...meters)], gateway: { bridge: "joining" } });
    const [bridge, direct] = gatewayThings(config, "wattlake", "x");
    expect(bridge).toEqual({
      ...{ thing: "wattlake-x-a-bridge", site: "a", joins: true },
      carries: [{ id: "g1", generation: "gen1", rule: "wattlake_x_joined" }],
    });
    expect([bridge, direct].map((client) => client && publishedTopics(client))).toEqual([
      ["$aws/rules/wattlake_x_joined/g1"],
      ["g3/events/rpc", "g3/online"],
    ]);
  });

  test("a bridge with more meters than a policy can name is refused with the count", async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs }) => computeFields(type, name, inputs),
      call: ({ token }) => answerInvoke(token),
    });
    const gateway = (count: number) => {
      const carries = Array.from({ length: count }, (_, index): GatewayThing["carries"][number] => ({
        ...{
          id: `shellyem-A4CF12F3${index + 10}`,
          generation: "gen1",
          rule: topicRuleName("wattlake", "prod", "gen1"),
        },
      }));
      const things = [{ thing: bridgeThing("wattlake", "prod", "mill"), site: "mill", carries }];
      const protection = { protect: false, retainOnDelete: false };
      const args = { things, requests: [], region: "eu-central-1", accountId: "123456789012", protection };
      return () => new MeterGateway(`gateway-${count}`, args);
    };
    expect(gateway(15)).not.toThrow();
    expect(gateway(17)).toThrow(
      /^The bridge of the site "mill" carries 17 meters: its policy would have \d+ characters/,
    );
    await pulumi.runtime.disconnect();
  });
});
