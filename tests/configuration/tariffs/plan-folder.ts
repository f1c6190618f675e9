/** A folder of plans for a test, written as YAML; and a day's windows as text. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BandWindow, bandsOf, readTariff, type Tariff } from "../../../configuration/tariffs";

export class PlanFolder {
  readonly path = mkdtempSync(join(tmpdir(), "wattlake-plans-"));

  /** A plan of one component with these versions, and these keys of the plan. */
  plan(versions: string, keys = "", component = "kind: energy", timezone = "Europe/Warsaw"): Tariff {
    this.write(
      "plan.yaml",
      `id: plan
name: Plan
currency: EUR
timezone: ${timezone}
description: For a test.
${keys}
components: [{ id: energy, name: Energy, ${component}, versions: [${versions}] }]
`,
    );
    return readTariff("plan", this.path);
  }

  write(file: string, text: string): void {
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  calendar(from: string, until: string, ...holidays: readonly string[]): void {
    const days = holidays.map((date) => `{ date: ${date}, name: Day of ${date.slice(5)} }`).join(", ");
    this.write(
      "calendars/test.yaml",
      `{ id: test, name: Test, source: a test, from: ${from}, until: ${until}, holidays: [${days}] }`,
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The first version's windows of a day, in the time of the plan's place: `00:00-06:00 night 0.1`. */
export function windowsOf(tariff: Tariff, date: string, timezone?: string): string[] {
  const version = tariff.components[0]?.versions[0];
  if (!version) throw new Error("the plan has no version");
  return bandsOf(tariff, version, date, timezone).map((window) => textOf(window, tariff.timezone));
}

export function textOf({ startMs, endMs, band, price }: BandWindow, timezone: string): string {
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hour: "2-digit", minute: "2-digit" });
  return [`${time.format(startMs)}-${time.format(endMs)}`, band, ...(price === undefined ? [] : [price])].join(" ");
}
