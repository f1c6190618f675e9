/** What mends damage to the local lake: sentences with the commands. */
import { existsSync } from "node:fs";
import { remedyOf } from "../../../functions/lake/remedy";
import { quoted, shortPath } from "../../damage";
import type { DamagedBody } from "./bodies";

/** `reach` are the options that lead a command to the state folder. */
export function remedyIn(reach: string, { key, pathOf }: DamagedBody): string {
  const { remove, days, lost } = remedyOf(key);
  const paths = remove.map(pathOf).filter((path) => path === pathOf(key) || existsSync(path));
  const removal = `rm ${paths.map((path) => quoted(shortPath(path))).join(" ")}`;
  const purpose = lost ? "What it held is lost unless you have a copy. To go on without it" : "To mend it";
  if (days === undefined) return `${purpose}, stop npm start, run ${removal}, and start again.`;
  const { from, to } = days;
  return `${purpose}, stop npm start and run: ${removal} && npm run backfill -- --local ${reach} --from ${from} --to ${to}`;
}

const begin = (reach: string) => `To begin anew with an empty folder: npm start -- --fresh ${reach}`;

/** The journal cannot be read. */
export const journalRemedy = ({ message }: Error, reach: string) => `${message} ${begin(reach)}`;

/** Of files that are no objects; undefined where there are none. */
export function tellStrangers(strangers: readonly string[], reach: string): string | undefined {
  const [first] = strangers;
  if (first === undefined) return undefined;
  const files = strangers.length === 1 ? "1 file" : `${strangers.length} files`;
  return (
    `The object store does not know ${files} in its folder, the first is ${shortPath(first)}: put there by hand, or ` +
    `its journal.jsonl was cut, and what they held is in no figure. ${begin(reach)}`
  );
}
