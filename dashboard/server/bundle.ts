/**
 * The page as a browser gets it: a shell, one script and one style sheet, named after their content. They are made when the
 * server starts, in memory: nothing to commit, nothing in `npm ci`, 0.3 s.
 */
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { build } from "esbuild";

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
}

export interface Page {
  readonly shell: Asset;
  /** By their path, which changes with the content. */
  readonly assets: ReadonlyMap<string, Asset>;
}

const folder = join(__dirname, "../page");
const compressed = promisify(gzip);
const asset = async (type: string, body: Buffer): Promise<Asset> => ({
  ...{ type, body },
  gzipped: await compressed(body, { level: 9 }),
});

export async function bundlePage(): Promise<Page> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, "main.ts"), join(folder, "style.css")],
    entryNames: "[name]-[hash]",
    ...{ bundle: true, minify: true, write: false, outdir: "assets", format: "esm", target: "es2022" },
    // The page has a configuration of its own; the emit of the Lambdas is none of its business.
    tsconfig: join(folder, "tsconfig.json"),
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const assets = new Map<string, Asset>();
  for (const { path, contents } of outputFiles) {
    const type = path.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
    assets.set(`/assets/${basename(path)}`, await asset(type, Buffer.from(contents)));
  }
  const pathOf = (ending: string) => [...assets.keys()].find((path) => path.endsWith(ending)) ?? "";
  const html = shell(pathOf(".js"), pathOf(".css"));
  return { shell: await asset("text/html; charset=utf-8", Buffer.from(html)), assets };
}

const icon =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6e5f"/><path d="M18 4 8 18h6l-1 10 11-15h-7z" fill="#fff"/></svg>',
  );

const shell = (script: string, style: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>wattlake</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body><div id="app"></div></body>
</html>
`;
