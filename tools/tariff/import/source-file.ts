/** A file to import, and which format it has. */
import { readFileSync } from "node:fs";
import { userError } from "../../../local/session/options";
import { type Format, refuse, type SourceFile } from "./format";
import { evcc } from "./plans/evcc";
import { urdb } from "./plans/urdb";
import { awattar } from "./series/awattar";
import { csv } from "./series/csv";
import { energyCharts } from "./series/energy-charts";
import { entsoe } from "./series/entsoe";
import { octopus } from "./series/octopus";
import { plainJson } from "./series/plain-json";
import { tibber } from "./series/tibber";

export const formats: readonly Format[] = [csv, plainJson, octopus, energyCharts, awattar, tibber, entsoe, urdb, evcc];

const names = () => formats.map(({ name }) => name).join(", ");

export function readSource(path: string): SourceFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    throw userError(`${path} cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
  return { path, text, json: jsonOf(text) };
}

export function formatOf(source: SourceFile, as: string | undefined): Format {
  if (as !== undefined) {
    const named = formats.find(({ name }) => name === as);
    if (!named) throw userError(`--as is "${as}", but must be one of ${names()}.`);
    return named;
  }
  const [only, ...others] = formats.filter((format) => format.isLike(source));
  if (only && others.length === 0) return only;
  const like = only ? `may be ${[only, ...others].map(({ name }) => name).join(" or ")}` : "has no shape that is known";
  throw refuse(source, `${like}: give --as with one of ${names()}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
