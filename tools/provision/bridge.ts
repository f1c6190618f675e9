/** Writes what a bridge needs into one folder, and the settings of the meters behind it beside that. */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { type GatewayThing, joinedTopic, measurementFilters } from "../../components/aws/meter-gateway-things";
import { quoted, readJsonFile, shortPath } from "../../local/damage";
import { bundleBridge, bundledFile } from "../bridge/bundle";
import { settingsFile, settingsText } from "../bridge/settings";
import type { KeyStore } from "./key-store";
import { lanSettings } from "./lan-meters";
import {
  accessFile,
  bridgeFiles,
  type HostAndPort,
  joinerAccess,
  makePassword,
  mosquittoConf,
  userOf,
  usersFile,
} from "./mosquitto";

export interface BridgeArgs {
  readonly client: GatewayThing;
  readonly keys: KeyStore;
  readonly listen: HostAndPort;
  readonly uplink: HostAndPort;
  /** PEM. */
  readonly authorities: string;
  readonly certificate: string;
  readonly key: string;
  readonly outageDays: number;
  /** Where the files will lie on the bridge's machine. @default where they are written */
  readonly at: string | undefined;
}

const subfolder = "mosquitto";

/** Returns the lines that tell what to do with it. */
export function writeBridge(args: BridgeArgs): string[] {
  const { client, keys, listen } = args;
  const { thing, carries, joins } = client;
  const written = join(keys.folder(thing), subfolder);
  const folder = args.at ?? resolve(written);
  const passwords = readPasswords(args);
  const write = (name: string, content: string) => keys.write(thing, join(subfolder, name), content);

  const conf = mosquittoConf({ ...args, thing, carries, joins, folder });
  write(bridgeFiles.users, usersFile(passwords));
  write(bridgeFiles.access, accessFile(carries) + (joins ? joinerAccess(thing, carries) : ""));
  write(bridgeFiles.ca, args.authorities);
  write(bridgeFiles.certificate, args.certificate);
  write(bridgeFiles.key, args.key);
  mkdirSync(join(written, bridgeFiles.queue), { recursive: true, mode: 0o700 });
  const path = write("mosquitto.conf", conf);
  if (joins) {
    write(settingsFile, settingsText(joiningSettings(args, passwords.get(thing) ?? "")));
    write(bundledFile, bundleBridge());
  }

  return [
    `The bridge ${thing} of the site ${client.site} is ready: ${path}`,
    ...(args.at === undefined ? [] : [`  copy the folder of this file to its machine as ${folder}`]),
    `  it runs as the user mosquitto, who must own it:  chown -R mosquitto: ${folder}`,
    `  mosquitto -c ${folder}/mosquitto.conf`,
    ...(joins
      ? [`  node ${folder}/${bundledFile} --at ${folder}   # Node 18 or newer; as a service: docs/meters.md, section 4`]
      : []),
    "",
    "Then each meter; put its address for <meter>. A Gen1 meter leaves the Shelly Cloud when MQTT is on.",
    ...carries.flatMap((meter) => {
      const settings = lanSettings(meter, listen, passwords.get(meter.id) ?? "");
      const file = keys.write(thing, `${meter.id}.curl`, settings.curlFile);
      return [
        `  ${meter.id}: ${settings.shown.join(" ")}`,
        `    curl --config ${file} http://<meter>${settings.path}`,
        `    curl http://<meter>${settings.restart}`,
        `    curl http://<meter>${settings.check}`,
      ];
    }),
  ];
}

const joiningSettings = ({ client, listen, uplink }: BridgeArgs, password: string) => ({
  ...{ thing: client.thing, uplink, local: { ...listen, user: userOf(client.thing), password } },
  meters: client.carries.map((meter) => ({
    ...{ id: meter.id, filters: measurementFilters(meter), topic: joinedTopic(meter) },
  })),
});

/** The passwords of all that sign in, kept from call to call. */
function readPasswords({ client, keys }: BridgeArgs): ReadonlyMap<string, string> {
  const file = join(keys.folder(client.thing), "passwords.json");
  const remedy = `For new passwords: rm ${quoted(shortPath(file))}, then this command again; each meter gets its new one.`;
  const known = existsSync(file) ? readJsonFile(file, z.record(z.string(), z.string()), remedy) : {};
  const names = [...client.carries.map(({ id }) => id), ...(client.joins ? [client.thing] : [])];
  const passwords = new Map(names.map((name) => [name, known[name] ?? makePassword()]));
  keys.write(client.thing, "passwords.json", `${JSON.stringify(Object.fromEntries(passwords), null, 2)}\n`);
  return passwords;
}
