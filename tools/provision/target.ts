/** Whom the command line means: a client of the configuration, or a sentence that says who it could be. */
import { type GatewayThing, gatewayThings } from "../../components/aws/meter-gateway-things";
import type { Meter, StackConfig } from "../../config";
import { meterModels } from "../../configuration/meter-models";
import { didYouMean } from "../../configuration/wording";

export interface Target {
  readonly client: GatewayThing;
  /** Undefined for a bridge. */
  readonly meter: Meter | undefined;
}

export interface Configuration extends Pick<StackConfig, "sites" | "gateway"> {
  readonly project: string;
  readonly stack: string;
}

/** @param name a meter's id, the name of a bridge's thing, or `bridge`: that of the site, or the only one. */
export function findTarget(name: string, site: string | undefined, configuration: Configuration): Target {
  const { project, stack, sites } = configuration;
  const clients = gatewayThings(configuration, project, stack);
  const meters = sites.flatMap((each) => each.meters);
  if (name === "bridge") return { client: findBridge(clients, site, stack), meter: undefined };
  const client = clients.find(({ thing }) => thing === name);
  const meter = meters.find(({ id }) => id === name);
  if (client) return { client, meter };
  if (meter) throw new Error(throughTheBridge(meter));
  const names = [...meters.map(({ id }) => id), ...clients.map(({ thing }) => thing)];
  const known = [...new Set(names), "bridge"].join(", ");
  throw new Error(`Pulumi.${stack}.yaml has no meter "${name}"${didYouMean(name, names)}; there are ${known}.`);
}

function findBridge(clients: readonly GatewayThing[], site: string | undefined, stack: string): GatewayThing {
  const bridges = clients.filter(({ carries }) => carries.length > 0);
  const [only, ...more] = bridges.filter((bridge) => site === undefined || bridge.site === site);
  if (only && more.length === 0) return only;
  const sites = bridges.map((bridge) => bridge.site).join(", ") || "none";
  if (only) throw new Error(`Several sites have a bridge; choose one with --site: ${sites}.`);
  throw new Error(
    `Pulumi.${stack}.yaml has no meter behind a bridge${site ? ` at "${site}"` : ""}; sites with one: ${sites}.`,
  );
}

function throughTheBridge({ id, model }: Meter): string {
  const bridge = "Its messages go through the bridge of its site: npm run provision -- bridge --listen <address>.";
  return meterModels[model].generation === 1
    ? `${id} is a Gen1 meter (${model}) and cannot encrypt, so it never connects to AWS itself. ${bridge}`
    : `${id} is configured with "connection: bridge". ${bridge}`;
}
