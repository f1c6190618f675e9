/** What the bridge is told by `npm run provision -- bridge`, in a file beside its certificate. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { userError } from "../../local/session/options";

export const settingsFile = "bridge.json";

const hostAndPort = z.strictObject({ host: z.string(), port: z.int() });
const settings = z.strictObject({
  /** Its name at IoT Core. */
  thing: z.string(),
  uplink: hostAndPort,
  /** mosquitto on the same machine, and who the bridge is there. */
  local: hostAndPort.extend({ user: z.string(), password: z.string() }),
  meters: z.array(
    z.strictObject({
      id: z.string(),
      /** What is carried of it, as MQTT filters. */
      filters: z.array(z.string()),
      /** Where IoT Core takes it. */
      topic: z.string(),
    }),
  ),
});
export type BridgeSettings = z.infer<typeof settings>;

export const settingsText = (content: BridgeSettings): string =>
  `${JSON.stringify(settings.parse(content), undefined, 2)}\n`;

/** @throws a `UserError` where the folder has none that can be read. */
export function readSettings(folder: string): BridgeSettings {
  const path = join(folder, settingsFile);
  const remedy = "npm run provision -- bridge writes it where wattlake:gateway has bridge: joining.";
  try {
    return settings.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw userError(`${path} cannot be read as the settings of a bridge. ${remedy}\n${reason}`);
  }
}
