/** The parts of a site's energy: circuits by their rank, what none tracks, and what feeds them; their names and colours. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../../api";
import type { View } from "../../view";
import type { LegendEntry } from "../legend";
import type { Theme } from "../theme";

/** Circuits with a colour of their own; smaller ones share one. */
const mostColors = 6;

export const partOf = (row: Row) => textOf(row, "part");
export const isUsed = (row: Row) => partOf(row) === "load" || partOf(row) === "untracked";

export function partName(row: Row, { texts }: View): string {
  const [part, name] = [partOf(row), textOf(row, "channel_name")];
  if (part === "untracked") return texts.circuits.untracked;
  if (part === "discharge") return `${name}: ${texts.roles.discharge}`;
  return part === "charge" ? `${name}: ${texts.roles.charge}` : name;
}

/** One layer of the stack: a circuit, the small ones together, or what none tracks. */
export interface Layer {
  readonly name: string;
  readonly mark: LegendEntry["color"];
  /** Rows of the steps that are in it. */
  readonly holds: (row: Row) => boolean;
}

const sameName = (name: string) => (row: Row) => partOf(row) === "load" && textOf(row, "channel_name") === name;

/** From the bottom up: the largest circuit first, what none tracks last. */
export function layersOf(answer: Answer, view: View): Layer[] {
  const loads = tableOf(answer, "circuits").rows.filter((row) => partOf(row) === "load");
  const own = loads.length > mostColors ? loads.slice(0, mostColors - 1) : loads;
  const names = own.map((row) => textOf(row, "channel_name"));
  const layers = names.map((name, index): Layer => ({ name, mark: `load-${index + 1}`, holds: sameName(name) }));
  if (own.length < loads.length)
    layers.push({
      name: view.texts.circuits.others,
      mark: "load-others",
      holds: (row) => partOf(row) === "load" && !names.includes(textOf(row, "channel_name")),
    });
  layers.push({ name: view.texts.circuits.untracked, mark: "home", holds: (row) => partOf(row) === "untracked" });
  return layers;
}

export function colorOf(mark: LegendEntry["color"], theme: Theme): string {
  if (mark === "home" || mark === "solar" || mark === "battery") return theme[mark];
  const rank = /^load-(\d+)$/.exec(mark)?.[1];
  return (rank === undefined ? undefined : theme.loads[Number(rank) - 1]) ?? theme.faint;
}

export function markOf(row: Row, layers: readonly Layer[]): LegendEntry["color"] {
  const part = partOf(row);
  if (part === "solar") return "solar";
  if (part === "discharge" || part === "charge") return "battery";
  return layers.find(({ holds }) => holds(row))?.mark ?? "home";
}

export const isUnknown = (row: Row) => row.quality === "missing";
/** Whether a part of its time is not in its energy. */
export const isLeast = (row: Row) => row.quality === "partial";

/** Its energy in words; the least it can be where a part is unknown. */
export function energyText(row: Row, { format, texts }: View): string {
  const energy = numberOf(row, "energy_wh");
  if (energy === undefined) return texts.unknown;
  return isLeast(row) ? texts.atLeast(format.energy(energy)) : format.energy(energy);
}

export function shareText(row: Row, { format }: View): string | undefined {
  const share = numberOf(row, "consumption_share");
  return share === undefined ? undefined : format.share(share);
}
