/** What is measured of each channel, and what of none, by step. */
import { z } from "zod";
import type { Asked } from "../question";
import { type Channel, keyOf, readChannels } from "./channels";
import { type EnergyRow, readEnergies, readUntracked } from "./energies";

/** What a channel's energy is: a battery has two. */
export const parts = z.enum(["load", "untracked", "solar", "discharge", "charge"]);
type Part = z.infer<typeof parts>;

/** One channel's energy in one direction, or what none tracks. */
export interface Line {
  readonly part: Part;
  readonly channel: Channel | undefined;
  /** By the label of its step. */
  readonly cells: ReadonlyMap<string, Cell>;
}
export interface Cell {
  readonly energy_wh: number | null;
  readonly covered_s: number;
  readonly filled_s: number;
  readonly disputed_s: number;
}

export const nothing: Cell = { energy_wh: null, covered_s: 0, filled_s: 0, disputed_s: 0 };
const add = (a: Cell, b: Cell): Cell => ({
  energy_wh: a.energy_wh === null ? b.energy_wh : a.energy_wh + (b.energy_wh ?? 0),
  covered_s: a.covered_s + b.covered_s,
  filled_s: a.filled_s + b.filled_s,
  disputed_s: a.disputed_s + b.disputed_s,
});
export const whole = ({ cells }: Line): Cell => [...cells.values()].reduce(add, nothing);

export async function readLines(asked: Asked): Promise<Line[]> {
  const [channels, energies] = await Promise.all([readChannels(asked), readEnergies(asked)]);
  const ofChannel = (channel: Channel) => energies.filter((row) => keyOf(row) === keyOf(channel));
  const label = labeller(asked);
  const line = (part: Part, channel: Channel, direction: "import_wh" | "export_wh"): Line => {
    return { part, channel, cells: new Map(ofChannel(channel).map((row) => [label(row.start), cell(row, direction)])) };
  };
  const lines = channels.flatMap((channel) => {
    if (channel.role === "load") return [line("load", channel, "import_wh")];
    if (channel.role === "solar") return [line("solar", channel, "import_wh")];
    if (channel.role === "grid") return [];
    return [line("discharge", channel, "import_wh"), line("charge", channel, "export_wh")];
  });
  return [...lines, await untrackedLine(asked)];
}

const cell = (row: EnergyRow, direction: "import_wh" | "export_wh"): Cell => ({
  energy_wh: row[direction],
  covered_s: row.covered_s ?? 0,
  filled_s: row.filled_s ?? 0,
  disputed_s: row.disputed_s ?? 0,
});

/** How the range names the step in which an instant or a day lies. */
function labeller({ range: { steps } }: Asked): (start: string) => string {
  const labels = steps.map((step) => ({ at: Date.parse(step.label), text: step.label }));
  const exact = new Map(labels.map(({ at, text }) => [at, text]));
  return (start) => {
    const instant = Date.parse(start);
    return exact.get(instant) ?? labels.findLast(({ at }) => at <= instant)?.text ?? start;
  };
}

async function untrackedLine(asked: Asked): Promise<Line> {
  const label = labeller(asked);
  const cells = new Map<string, Cell>();
  for (const { start, untracked_wh, covered_s } of await readUntracked(asked)) {
    const step = label(start);
    const more = { ...nothing, energy_wh: untracked_wh, covered_s: covered_s ?? 0 };
    cells.set(step, add(cells.get(step) ?? nothing, more));
  }
  return { part: "untracked", channel: undefined, cells };
}
