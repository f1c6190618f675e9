/**
 * The arrival days that the lake of a state folder has to compile again after a change of the configuration. They are kept in
 * a file from before the new registry is written until it is done: a start that is cut short does not forget them.
 */
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { quoted, reachOf, readJsonFile, shortPath } from "./damage";

/** UTC arrival days, both included. */
const daysSchema = z.object({ from: z.iso.date(), to: z.iso.date() });
export type ArrivalDays = z.infer<typeof daysSchema>;

const fileIn = (stateDirectory: string) => join(stateDirectory, "compile-again.json");

export function pendingDays(stateDirectory: string): ArrivalDays | undefined {
  const path = fileIn(stateDirectory);
  const remedy = `To compile all days again: rm ${quoted(shortPath(path))} && npm run backfill -- --local ${reachOf(stateDirectory)} --from <first day> --to <last day>`;
  return existsSync(path) ? readJsonFile(path, daysSchema, remedy) : undefined;
}

/** Adds days to those that wait. */
export function rememberDays(stateDirectory: string, { from, to }: ArrivalDays): void {
  const known = pendingDays(stateDirectory);
  const all = known ? { from: from < known.from ? from : known.from, to: to > known.to ? to : known.to } : { from, to };
  const path = fileIn(stateDirectory);
  writeFileSync(`${path}.new`, JSON.stringify(all));
  renameSync(`${path}.new`, path);
}

export const forgetDays = (stateDirectory: string): void => rmSync(fileIn(stateDirectory), { force: true });
