/** `npm run tariff`: looks a plan through, shows the bands and prices of a day, and imports those of others. */
import { join } from "node:path";
import { projectDirectory } from "../local/project";
import { type Arguments, readArguments, usage } from "./tariff/arguments";
import { checkText } from "./tariff/check";
import { dayText } from "./tariff/day";
import { readGiven } from "./tariff/given";
import { importTariff } from "./tariff/import/import";
import { importUsage } from "./tariff/import/options";

function answer([first, ...rest]: readonly string[]): string {
  if (first !== "import") return answerOf(readArguments([...(first === undefined ? [] : [first]), ...rest]));
  if (rest.includes("--help")) return importUsage;
  const today = new Date().toISOString().slice(0, 10);
  return importTariff(rest, { folder: join(projectDirectory, "tariffs"), today }).join("\n");
}

function answerOf(request: Arguments): string {
  if (request.what === "help") return usage;
  const tariff = readGiven(request.plan);
  return request.what === "check" ? checkText(tariff) : dayText(tariff, request.day);
}

try {
  process.stdout.write(`${answer(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
