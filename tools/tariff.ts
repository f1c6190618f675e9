/** `npm run tariff`: looks a plan through, and shows the bands and prices of a day. */
import { type Arguments, readArguments, usage } from "./tariff/arguments";
import { checkText } from "./tariff/check";
import { dayText } from "./tariff/day";
import { readGiven } from "./tariff/given";

function answer(request: Arguments): string {
  if (request.what === "help") return usage;
  const tariff = readGiven(request.plan);
  return request.what === "check" ? checkText(tariff) : dayText(tariff, request.day);
}

try {
  process.stdout.write(`${answer(readArguments(process.argv.slice(2)))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
