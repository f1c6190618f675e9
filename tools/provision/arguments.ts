/** The command line of `npm run provision`. */
import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { z } from "zod";
import { defaultStack } from "../default-stack";

export const usage = `Brings a meter, or the bridge of a site, to AWS IoT Core: its key, certificate request, certificate and settings.

  npm run provision -- bridge --listen <address>   the site's mosquitto.conf, and the settings of the meters behind it
  npm run provision -- <meter>                     the RPC calls for a Gen2+ meter, as files and curl lines
  npm run provision -- <meter> --apply <url>       carries them out, http://<address of the meter>, and waits for
                                                   its first message; SHELLY_PASSWORD holds the meter's password
  npm run provision -- <name> --rotate             makes a second key and request beside the first
  npm run provision -- <name> --retire             goes over to them, and retires the first certificate

The first call makes the key (it stays here) and the certificate request (the program reads it). Then \`npm run up\`
issues the certificate, and the same call again does the rest.

  --stack <name>          whose configuration, Pulumi.<name>.yaml           (prod; dev with --local)
  --site <id>             whose bridge, where several sites have one
  --listen <address>      where the meters reach the bridge, with or without :port           (port 1883)
  --outage <days>         how long the bridge keeps messages while the uplink is down        (3)
  --at <folder>           where the bridge's files will lie on its machine                   (where they are written)
  --local                 the local cloud (npm start -- --gateway-port 8883) in place of AWS
  --state <folder>        its state                                         (.wattlake/demo-<stack>)
  --endpoint <host>       of IoT Core, with or without :port, in place of the stack's output
  --certificate <file>    of the meter or bridge, PEM; goes with --endpoint
  --ca <file>             authorities of the endpoint, PEM                  (Amazon's roots)
  --keys <folder>         private keys and what the meters get; never commit it              (keys)
  --patience <s>          how long the meter may take to connect            (120)
  --help

WATTLAKE_DEBUG=1 shows where an error came from.`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const flags = {
  ...{ stack: text, site: text, listen: text, outage: text, at: text, state: text, endpoint: text },
  ...{ certificate: text, ca: text, keys: text, patience: text, apply: text },
  ...{ local: flag, rotate: flag, retire: flag, help: flag },
} as const;

const number = (what: string, least: number, most: number) =>
  z.coerce
    .number(`must be a number of ${what}`)
    .min(least, `must be at least ${least} ${what}`)
    .max(most, `must be at most ${most} ${what}`);

const listen = z.string().transform((value, context) => {
  const [, host = "", port = "1883"] = /^(.+?)(?::(\d{1,5}))?$/.exec(value) ?? [];
  if (isIP(host) === 4 && host !== "0.0.0.0") return { host, port: Number(port) };
  context.addIssue("must be the bridge's own IPv4 address on the local network, for example 192.168.1.10");
  return z.NEVER;
});

const schema = z
  .object({
    help: z.boolean().default(false),
    stack: z
      .string()
      .regex(/^[\w.-]+$/, "must be the name of a stack")
      .optional(),
    site: z.string().optional(),
    listen: listen.optional(),
    outage: number("days", 0.01, 30).default(3),
    at: z.string().startsWith("/", "must be an absolute path").optional(),
    local: z.boolean().default(false),
    state: z.string().optional(),
    endpoint: z.string().optional(),
    certificate: z.string().optional(),
    ca: z.string().optional(),
    keys: z.string().default("keys"),
    patience: number("seconds", 1, 3600).default(120),
    apply: z
      .url({ protocol: /^https?$/, error: 'must be the meter\'s address, for example "http://192.168.1.20"' })
      .optional(),
    rotate: z.boolean().default(false),
    retire: z.boolean().default(false),
  })
  .refine(({ endpoint, certificate }) => (endpoint === undefined) === (certificate === undefined), {
    path: ["endpoint"],
    error: "and --certificate go together",
  })
  .refine(({ rotate, retire, apply }) => [rotate, retire, apply !== undefined].filter(Boolean).length < 2, {
    path: ["rotate"],
    error: ", --retire and --apply are done one at a time",
  })
  .transform(({ stack, local, state, ...rest }) => {
    const named = stack ?? defaultStack({ local });
    return { ...rest, local, stack: named, state: state ?? `.wattlake/demo-${named}` };
  });

export type Arguments = z.output<typeof schema> & {
  /** The meter's id, or `bridge`; undefined with --help only. */
  readonly target: string | undefined;
};

/** @throws an error with a line for each wrong option. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `--${path.join(".")} ${message}.`.replace(" ,", ","));
    throw new Error(`${lines.join("\n")}\n${hint}`);
  }
  const [target, ...more] = positionals;
  if (more.length > 0 || (target === undefined && !parsed.data.help))
    throw new Error(`Name one meter, or "bridge".\n${hint}`);
  return { ...parsed.data, target };
}

const hint = "npm run provision -- --help lists the options.";

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${hint}`);
  }
}
