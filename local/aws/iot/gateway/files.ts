/** What the local cloud's gateway leaves in the state folder, for meters and for `npm run provision -- --local`. */
import { join } from "node:path";
import { z } from "zod";
import { stages } from "../../../../components/aws/meter-gateway-requests";

/** The outputs of the program that clients need, under the names that `pulumi stack output` shows. */
export const gatewayOutputs = z.looseObject({
  /** `host`, or `host:port` where that is not 8883. */
  iotEndpoint: z.string(),
  /** PEM, by thing and stage. */
  meterCertificates: z.record(z.string(), z.partialRecord(z.enum(stages), z.string())),
  lakeBucket: z.string().optional(),
});
export type GatewayOutputs = z.infer<typeof gatewayOutputs>;

/** What is noted of a client's connections, over all starts of the state folder. */
export const clientSessions = z.object({
  /** How often it has connected and then published a measurement. */
  sessions: z.int(),
  /** The last such measurement's. */
  topic: z.string(),
});

export function gatewayFiles(stateDirectory: string) {
  const folder = join(stateDirectory, "gateway");
  return {
    folder,
    /** As `gatewayOutputs`. */
    outputs: join(folder, "outputs.json"),
    /** The authority's certificate and, for its owner alone, its key. */
    authority: join(folder, "ca.pem"),
    authorityKey: join(folder, "ca.key.pem"),
    /** As `clientSessions`, a file a client. */
    sessions: (clientId: string) => join(folder, "sessions", `${clientId}.json`),
  };
}
