/** `npm run bridge` as one file: the bridge's machine needs Node and nothing of the project. */
import { join } from "node:path";
import { buildSync } from "esbuild";

export const bundledFile = "bridge.cjs";

export function bundleBridge(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, "../bridge.ts")],
    ...{ bundle: true, write: false, platform: "node", format: "cjs", target: "node18", legalComments: "none" },
  });
  return outputFiles[0]?.text ?? "";
}
