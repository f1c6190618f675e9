/** What the program knows and the meters need: the stack's outputs, from Pulumi, from the local cloud, or from options. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { z } from "zod";
import type { Stage } from "../../components/aws/meter-gateway-requests";
import { clientSessions, type GatewayOutputs, gatewayFiles, gatewayOutputs } from "../../local/aws/iot/gateway/files";
import { quoted, readJsonFile, shortPath } from "../../local/damage";
import { engineEnvironment } from "../pulumi/engine";
import type { Observer } from "./apply";
import { amazonRoots } from "./authorities";
import type { HostAndPort } from "./mosquitto";

/** The other end, as a client must know it. */
export interface Uplink {
  readonly endpoint: HostAndPort;
  /** PEM. */
  readonly authorities: string;
  /** PEM, undefined where the program has not issued it yet. */
  readonly certificate: (thing: string, stage: Stage) => string | undefined;
  /** How the first message is seen: by an observer, or by the user with a command. */
  readonly observer: ((thing: string) => Observer) | undefined;
  readonly lakeBucket: string | undefined;
}

const defaultPort = 8883;

/** `host` or `host:port`. */
export function readHost(text: string): HostAndPort {
  const [, host, port] = /^([\w.-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === undefined) throw new Error(`"${text}" is no host name or address, with or without a port.`);
  return { host, port: port === undefined ? defaultPort : Number(port) };
}

/** Asks Pulumi for the outputs of the stack. */
export async function pulumiUplink(stack: string): Promise<Uplink> {
  const asked = ["stack", "output", "--json", "--stack", stack];
  const { stdout } = await promisify(execFile)("pulumi", asked, { env: engineEnvironment() }).catch(
    (error: unknown) => {
      throw new Error(
        `Pulumi tells no outputs of the stack "${stack}":\n${reasonOf(error)}\n` +
          "Run `npm run up` first, choose another stack with --stack, or give --endpoint and --certificate.",
      );
    },
  );
  const parsed = gatewayOutputs.safeParse(JSON.parse(stdout));
  if (!parsed.success)
    throw new Error(`The stack "${stack}" has no gateway yet: run \`npm run up\`.\n${z.prettifyError(parsed.error)}`);
  return uplinkOf(parsed.data, amazonRoots());
}

/** Reads what a local cloud (`npm start`) left in its state folder. */
export function localUplink(stateDirectory: string): Uplink {
  const { outputs, authority, sessions } = gatewayFiles(stateDirectory);
  if (!existsSync(outputs))
    throw new Error(
      `${stateDirectory} holds no gateway: start the local cloud first, with one (npm start -- --gateway-port 8883), or give its --state.`,
    );
  const anew = "Stop npm start and start it again: it writes the file anew.";
  const told = readJsonFile(outputs, gatewayOutputs, anew);
  return {
    ...uplinkOf(told, readFileSync(authority, "utf8")),
    observer: (thing) => ({
      seen() {
        const path = sessions(thing);
        return existsSync(path)
          ? readJsonFile(path, clientSessions, `Remove it: rm ${quoted(shortPath(path))}`)
          : { sessions: 0, topic: "" };
      },
    }),
  };
}

/** Everything said on the command line. */
export const givenUplink = (
  endpoint: string,
  certificateFile: string,
  authoritiesFile: string | undefined,
): Uplink => ({
  endpoint: readHost(endpoint),
  authorities: authoritiesFile === undefined ? amazonRoots() : readFileSync(authoritiesFile, "utf8"),
  certificate: () => readFileSync(certificateFile, "utf8"),
  observer: undefined,
  lakeBucket: undefined,
});

const uplinkOf = (told: GatewayOutputs, authorities: string): Uplink => ({
  endpoint: readHost(told.iotEndpoint),
  authorities,
  certificate: (thing, stage) => told.meterCertificates[thing]?.[stage],
  observer: undefined,
  lakeBucket: told.lakeBucket,
});

function reasonOf(error: unknown): string {
  const { stderr, message } = z
    .looseObject({ stderr: z.string().default(""), message: z.string().default("") })
    .parse(error);
  return stderr.trim() || message;
}
