/** AWS IoT Core: the broker, the topic rules that take what is published, and the gateway of meters and bridges. */
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import type { DeliveryStream } from "../firehose";
import type { Queue } from "../sqs";
import { type Broker, type BrokerOptions, startBroker } from "./broker";
import { openGateway } from "./gateway/gateway";
import { createTopicRules } from "./rules/rules";

export type { Broker, UntakenTopic } from "./broker";
export type { Holder } from "./connections";
export { refusalOf } from "./limits";
export { parseOnce } from "./rules/rule-expression";
export { type CompiledRule, compileRule } from "./rules/rule-sql";

/** What rules deliver to, beside buckets. */
export interface Targets {
  readonly streams: readonly DeliveryStream[];
  readonly queues: ReadonlyMap<string, Queue>;
}

export interface Listeners {
  /** Address and port of the broker. @default "127.0.0.1" and a free one */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Port of the gateway, where meters and bridges sign in over mutual TLS; 0 takes a free one. @default no gateway */
  readonly gatewayPort?: number | undefined;
}

export async function createBroker(
  graph: Graph,
  world: Pick<World, "identities" | "clock" | "s3Endpoint" | "stateDirectory" | "onProblem" | "onClose" | "usage">,
  targets: Targets,
  { host = "127.0.0.1", port, gatewayPort, admits }: Listeners & Pick<BrokerOptions, "admits">,
): Promise<Broker> {
  const rules = createTopicRules({ graph, ...world, ...targets });
  world.onClose(rules.close);
  const gateway = gatewayPort !== undefined && {
    gateway: { gateway: await openGateway({ graph, ...world, host }), port: gatewayPort },
  };
  const broker = await startBroker({ ...world, rules, host, port, admits, ...gateway });
  world.onClose(broker.close);
  return broker;
}
