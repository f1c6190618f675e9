/** The lines of earlier prompts, kept beside the state folders: the latest first, as readline has them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export function openHistory(path: string) {
  return {
    read(): string[] {
      try {
        return readFileSync(path, "utf8")
          .split("\n")
          .filter((line) => line !== "");
      } catch {
        // The first prompt has no history.
        return [];
      }
    },
    write(lines: readonly string[]): void {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    },
  };
}
