/** *Circuits*: the energy of each channel in a range and step by step, what no channel tracks, power by slot, base load. */
import { z } from "zod";
import { todayAt } from "../../server/range";
import { quality, qualityOf } from "../quality";
import type { Asked, Table } from "../question";
import { baseLoad, readBaseLoad } from "./base-load";
import { askedSeconds } from "./channels";
import { energyView } from "./energies";
import { type Cell, type Line, nothing, parts, readLines, whole } from "./lines";
import { power } from "./power";

const energy = z.number().nullable();
const known = { covered_s: z.number(), filled_s: z.number(), disputed_s: z.number() };
const stepRow = z.object({
  start: z.string(),
  date: z.string(),
  part: parts,
  channel_name: z.string(),
  energy_wh: energy,
  step_s: z.number(),
  ...known,
  quality: quality.nullable(),
});
const circuitRow = z.object({
  part: parts,
  channel_name: z.string(),
  energy_wh: energy,
  consumption_share: energy,
  asked_s: z.number(),
  ...known,
  quality: quality.nullable(),
});
const totalRow = z.object({
  from_date: z.string(),
  to_date: z.string(),
  asked_s: z.number(),
  consumption_wh: energy,
  known_s: energy,
  base_load_w: energy,
  base_share: energy,
});

/** Noise is no energy. */
const positive = (value: Cell): Cell => ({
  ...value,
  energy_wh: value.energy_wh === null ? null : Math.max(0, value.energy_wh),
});
const nameOf = ({ channel }: Line) => channel?.channel_name ?? "";

async function readSteps(asked: Asked): Promise<z.infer<typeof stepRow>[]> {
  const lines = await readLines(asked);
  return asked.range.steps.flatMap((step) =>
    lines.flatMap((line) => {
      const step_s = askedSeconds(line.channel, step, asked.now);
      // A channel that was not in place has no row; a time that is still to come has.
      if (step_s === 0 && step.start < asked.now) return [];
      const value = positive(line.cells.get(step.label) ?? nothing);
      return [
        {
          start: step.label,
          date: todayAt(asked.site.zone, step.start),
          ...{ part: line.part, channel_name: nameOf(line), step_s },
          ...value,
          quality: qualityOf(step_s, value) ?? null,
        },
      ];
    }),
  );
}

const steps: Table = {
  name: "steps",
  view: ({ grain }) => energyView[grain],
  own: {
    start: "First instant of the step, UTC; of days and months the first local day.",
    date: "Local day on which the step begins.",
    channel_name: "Name of the channel; empty for what no channel tracks.",
    part: "load: used by the circuit; untracked: consumption that no circuit tracks; solar: made; discharge, charge: given and taken by a battery.",
    energy_wh:
      "Energy, Wh; NULL where nothing is known. Untracked is consumption less all loads, at least 0, of the quarter hours in which all of them are known.",
    step_s: "Time of the step that has passed with the channel in place, s.",
  },
  row: stepRow,
  rows: readSteps,
};

/** Loads by their energy, what none tracks, then what feeds them. */
const order = ["load", "untracked", "solar", "discharge", "charge"];

async function readCircuits(asked: Asked): Promise<z.infer<typeof circuitRow>[]> {
  const [lines, { consumption_wh }] = await Promise.all([readLines(asked), readConsumption(asked)]);
  const rows = lines.map((line) => {
    const value = positive(whole(line));
    const asked_s = asked.range.steps.reduce((sum, step) => sum + askedSeconds(line.channel, step, asked.now), 0);
    const isUsed = line.part === "load" || line.part === "untracked";
    const hasShare = isUsed && value.energy_wh !== null && consumption_wh !== null && consumption_wh > 0;
    return {
      ...{ part: line.part, channel_name: nameOf(line), energy_wh: value.energy_wh },
      consumption_share: hasShare ? (value.energy_wh ?? 0) / consumption_wh : null,
      ...{ asked_s, covered_s: value.covered_s, filled_s: value.filled_s, disputed_s: value.disputed_s },
      quality: qualityOf(asked_s, value) ?? null,
    };
  });
  return rows.sort(
    (a, b) => order.indexOf(a.part) - order.indexOf(b.part) || (b.energy_wh ?? -1) - (a.energy_wh ?? -1),
  );
}

const circuitTable: Table = {
  name: "circuits",
  view: () => "energy_daily",
  own: {
    ...steps.own,
    consumption_share: "Part of the known consumption of these days, 0 to 1.",
    asked_s: "Time of these days that has passed with the channel in place, s.",
  },
  row: circuitRow,
  rows: readCircuits,
};

const consumptionRow = z.object({ consumption_wh: energy, known_s: energy });

/** As the views sum it: unknown where something feeds the site that no channel measures. */
async function readConsumption({ ask }: Asked): Promise<z.infer<typeof consumptionRow>> {
  const [row] = z.array(consumptionRow).parse(
    await ask(`SELECT
        IF(COUNTIF(consumption_wh IS NULL AND import_wh IS NOT NULL) = 0, SUM(consumption_wh), NULL) AS consumption_wh,
        SUM(covered_s + filled_s) AS known_s
      FROM site_daily WHERE site = @site AND date BETWEEN @from_date AND @to_date`),
  );
  return row ?? { consumption_wh: null, known_s: null };
}

const totals: Table = {
  name: "totals",
  view: () => "site_daily",
  own: {
    from_date: "First local day.",
    to_date: "Last local day.",
    asked_s: "Time of these days that has passed, s.",
    known_s: "Time of these days of which the consumption is known, s.",
    base_load_w: "Mean of the base loads of those of these days that have one, W.",
    base_share: "Part of these days' known consumption that is base load, 0 to 1.",
  },
  row: totalRow,
  async rows(asked) {
    const [consumption, days] = await Promise.all([readConsumption(asked), readBaseLoad(asked)]);
    const based = days.filter(({ base_load_w, consumption_wh }) => base_load_w !== null && consumption_wh !== null);
    const sum = (name: "base_load_w" | "base_wh" | "consumption_wh") =>
      based.reduce((total, row) => total + (row[name] ?? 0), 0);
    const { from, to } = asked.range;
    return [
      {
        ...{ from_date: from, to_date: to },
        asked_s: asked.range.steps.reduce((total, step) => total + askedSeconds(undefined, step, asked.now), 0),
        ...consumption,
        base_load_w: based.length > 0 ? sum("base_load_w") / based.length : null,
        base_share: sum("consumption_wh") > 0 ? sum("base_wh") / sum("consumption_wh") : null,
      },
    ];
  },
};

export const circuits: readonly Table[] = [totals, circuitTable, steps, power, baseLoad];
