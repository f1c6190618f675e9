/**
 * What connects to IoT Core, and what each may publish: derived from the configuration, without a call to any cloud.
 *
 * The program grants from it, and `npm run provision` writes the settings of the meters and of the bridge from it.
 */
import type { StackConfig } from "../../config";
import { meterModels } from "../../configuration/meter-models";
import { gen1Metrics } from "../../functions/readings/gen1-metrics";

/** What a meter sends: `gen1` bare scalars, `gen2` the notifications of Gen2 and later. */
export type RuleGeneration = "gen1" | "gen2";
/** The topic rules: one a generation, and `joined` for what a bridge has joined of either. */
export const ruleKinds = ["gen1", "gen2", "joined"] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** A meter whose messages a bridge carries, as Basic Ingest (`$aws/rules/<rule>/...`). */
export interface CarriedMeter {
  readonly id: string;
  readonly generation: RuleGeneration;
  readonly rule: string;
}

/** A client of IoT Core with a certificate of its own: a meter that speaks TLS itself, or the bridge of a site. */
export interface GatewayThing {
  /** Name of the thing, which is also the MQTT client id. */
  readonly thing: string;
  readonly site: string;
  /** Empty for a meter. */
  readonly carries: readonly CarriedMeter[];
  /** A bridge that makes one message of each report of a meter. */
  readonly joins?: true;
}

/** IoT Core allows only letters, digits and "_" in a rule's name. */
export const topicRuleName = (project: string, stack: string, kind: RuleKind): string =>
  topicRulePrefix(project, stack) + kind;

/** How the names of a stack's rules begin. */
export const topicRulePrefix = (project: string, stack: string): string =>
  `${project}_${stack}_`.replaceAll(/[^A-Za-z0-9_]/g, "_");

/** A bridge stands in one local network, and a client id can be connected only once: so each site has its own. */
export const bridgeThing = (project: string, stack: string, site: string): string =>
  [project, stack, site, "bridge"].join("-").replaceAll(/[^A-Za-z0-9_-]/g, "-");

/** Every client, in the order of the configuration; a site's bridge, where it has one, before its meters. */
export function gatewayThings(
  { sites, gateway }: Pick<StackConfig, "sites" | "gateway">,
  project: string,
  stack: string,
): GatewayThing[] {
  const joins = gateway.bridge === "joining";
  return sites.flatMap(({ id: site, meters }) => {
    const carries = meters
      .filter(({ connection }) => connection === "bridge")
      .map(({ id, model }): CarriedMeter => {
        const generation = meterModels[model].generation === 1 ? "gen1" : "gen2";
        return { id, generation, rule: topicRuleName(project, stack, joins ? "joined" : generation) };
      });
    const bridge = { thing: bridgeThing(project, stack, site), site, carries, ...(joins && { joins }) };
    const direct = meters
      .filter(({ connection }) => connection === "direct")
      .map(({ id: thing }) => ({ thing, site, carries: [] }));
    return [...(carries.length > 0 ? [bridge] : []), ...direct];
  });
}

/** Where IoT Core finds what the meter publishes on the local network; the two have no level in common but the last. */
export const basicIngestPrefix = ({ rule }: CarriedMeter): string => `$aws/rules/${rule}/`;

/** The topics of a carried meter's measurements, as MQTT filters: nothing else leaves the house, and each message costs. */
export const measurementFilters = ({ id, generation }: CarriedMeter): string[] =>
  generation === "gen1" ? gen1Metrics.map(([metric]) => `shellies/${id}/emeter/+/${metric}`) : [`${id}/events/rpc`];

/** The topics that a client may publish to, as IoT policies write them: `*` stands for anything, `/` included. */
export function publishedTopics({ thing, carries, joins }: GatewayThing): string[] {
  if (carries.length === 0) return [`${thing}/events/rpc`, onlineTopic(thing)];
  return carries.map((meter) => (joins ? joinedTopic(meter) : basicIngestPrefix(meter) + measurementsOf(meter)));
}

/** Where a bridge that joins publishes what a meter has sent; the rule takes the meter's name from here. */
export const joinedTopic = (meter: CarriedMeter): string => basicIngestPrefix(meter) + meter.id;

/** What all of a meter's measurement topics have in common; a policy has too little room to name each. */
const measurementsOf = ({ id, generation }: CarriedMeter) =>
  generation === "gen1" ? `shellies/${id}/emeter/*` : `${id}/events/rpc`;

/** A Gen2+ meter says here, retained, that it is connected, and leaves a last will. */
export const onlineTopic = (thing: string): string => `${thing}/online`;
