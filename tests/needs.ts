/** Tests that need something beside the project: where it is absent they are skipped, and the run says what is absent. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";

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

/** The browser of the tests. */
export const chromiumPath = "/usr/bin/chromium";
export const chromium: Need = { what: "chromium (apt-get install chromium)", isPresent: existsSync(chromiumPath) };

/** What is said of the tests of a file that are skipped; undefined where nothing is absent. */
export function absence(file: string, needs: readonly Need[]): string | undefined {
  const absent = needs.filter(({ isPresent }) => !isPresent).map(({ what }) => what);
  if (absent.length === 0) return undefined;
  return `${file}: tests are skipped, ${absent.join(" and ")} ${absent.length > 1 ? "are" : "is"} absent.`;
}

/** `test` and `describe` for what needs these; the only place that skips. */
export function needing(...needs: readonly Need[]): { readonly test: jest.It; readonly describe: jest.Describe } {
  const reason = absence(relative(join(__dirname, ".."), expect.getState().testPath ?? ""), needs);
  if (reason === undefined) return { test, describe };
  // Jest keeps the console of a file that is skipped as a whole to itself.
  process.stderr.write(`${reason}\n`);
  return { test: test.skip, describe: describe.skip };
}
