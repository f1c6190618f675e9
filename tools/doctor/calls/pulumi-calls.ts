/** What the doctor asks Pulumi's CLI on this computer; it fetches nothing. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { engineVersion, findEngine, isEngineFetched } from "../../pulumi/engine";

export interface PulumiCalls {
  readonly version: string;
  isFetched(): boolean;
  /** Address of the state backend that somebody logged in to; undefined where nobody did. */
  backend(): Promise<string | undefined>;
}

const whoami = z.looseObject({ url: z.string() });

export const createPulumiCalls = (): PulumiCalls => ({
  version: engineVersion,
  isFetched: isEngineFetched,
  async backend() {
    try {
      const { stdout } = await promisify(execFile)(await findEngine(), ["whoami", "--json", "--non-interactive"]);
      return whoami.parse(JSON.parse(stdout)).url;
    } catch {
      return undefined;
    }
  },
});
