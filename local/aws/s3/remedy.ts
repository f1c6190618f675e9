/** What mends damage to the local lake: sentences with the commands. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

/** Of several damaged objects at once: the commands lie in a file of the state folder. Undefined where there are none. */
export function tellDamaged(damaged: readonly DamagedBody[], reach: string, stateDirectory: string) {
  const [first] = damaged;
  if (first === undefined) return undefined;
  const remedies = damaged.map(({ key, pathOf }) => ({ ...remedyOf(key), pathOf }));
  const paths = new Set(remedies.flatMap(({ remove, pathOf }) => remove.map(pathOf)));
  const days = remedies.flatMap((each) => (each.days ? [each.days.from, each.days.to] : [])).sort();
  const [from, to] = [days[0], days.at(-1)];
  const again = from && to ? [`npm run backfill -- --local ${reach} --from ${from} --to ${to}`] : [];
  const lines = ["set -e", ...Array.from(paths, (path) => `rm -f ${quoted(path)}`), ...again];
  const script = join(stateDirectory, "mend.sh");
  writeFileSync(script, lines.map((line) => `${line}\n`).join(""));
  const lost = remedies.filter((each) => each.lost).length;
  const loss = lost === 0 ? "" : ` What ${lost} of them held is lost unless you have a copy.`;
  const files = damaged.length === 1 ? "1 file" : `${damaged.length} files`;
  return `${files} of the lake: ${first.message}${loss} To mend all, stop npm start and run: sh ${quoted(shortPath(script))}`;
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
