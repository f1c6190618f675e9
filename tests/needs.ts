/** Tests that need something beside the project: where it is absent they are skipped, and the run says what is absent. */
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Need {
  /** As a person would look for it. */
  readonly what: string;
  readonly isPresent: boolean;
}

/** A folder or file of the shared data. */
export const sharedData = (path: string): Need => ({
  what: `../shared/data/${path}`,
  isPresent: existsSync(join(__dirname, "../../shared/data", path)),
});

/** What is said of tests that are skipped; undefined where nothing is absent. */
export function absence(needs: readonly Need[]): string | undefined {
  const absent = needs.filter(({ isPresent }) => !isPresent).map(({ what }) => what);
  if (absent.length === 0) return undefined;
  return `Tests of this file are skipped: ${absent.join(" and ")} ${absent.length > 1 ? "are" : "is"} absent.`;
}

/** `test` and `describe` for what needs these; the only place that skips. */
export function needing(...needs: readonly Need[]): { readonly test: jest.It; readonly describe: jest.Describe } {
  const reason = absence(needs);
  if (reason === undefined) return { test, describe };
  console.warn(reason);
  return { test: test.skip, describe: describe.skip };
}
