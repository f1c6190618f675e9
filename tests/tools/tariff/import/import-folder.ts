/** A folder of plans to import into, with source files beside it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTariff, type Tariff } from "../../../../configuration/tariffs";
import { readPrices } from "../../../../configuration/tariffs/series";
import { importTariff } from "../../../../tools/tariff/import/import";

export class ImportFolder {
  readonly path = mkdtempSync(join(tmpdir(), "wattlake-import-"));
  readonly plans = join(this.path, "tariffs");

  /** Imports a file with this content. @returns what is told. */
  import(file: string, content: unknown, ...options: readonly string[]): string[] {
    const path = join(this.path, file);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return importTariff([path, ...options], { folder: this.plans, today: "2026-11-30" });
  }

  write(file: string, text: string): void {
    mkdirSync(join(this.plans, file, ".."), { recursive: true });
    writeFileSync(join(this.plans, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.plans, file), "utf8");
  }

  /** As the language reads it: `2026-01-01T00:00Z 0.1`. */
  series(name: string): string[] {
    return readPrices(name, this.plans, "UTC").map(({ startMs, endMs, value }) => {
      const [start, end] = [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(0, 16));
      return `${start} ${end?.slice(11)} ${value}`;
    });
  }

  tariff(name: string): Tariff {
    return readTariff(name, this.plans);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
