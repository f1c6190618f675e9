/** `npm run reconcile -- bill.yaml`: a printed bill beside the data, line by line, and what explains the differences. */
import { readTariff, tariffNames } from "../configuration/tariffs";
import { openSource } from "./query/sources";
import { readArguments, usage } from "./reconcile/arguments";
import { readBill } from "./reconcile/printed-bill";
import { askRecorded } from "./reconcile/recorded";
import { reconcile } from "./reconcile/report";

const print = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const { help, file, ...where } = readArguments(process.argv.slice(2));
  if (help || file === undefined) {
    print(usage);
    return 0;
  }
  const bill = readBill(file);
  const source = await openSource(where);
  complain(source.about);
  try {
    const readPlan = (name: string) => (tariffNames().includes(name) ? readTariff(name) : undefined);
    const { lines, unexplained } = await reconcile(bill, askRecorded(source, bill), readPlan);
    print(lines.join("\n"));
    return unexplained > 0 ? 1 : 0;
  } finally {
    source.close();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    complain(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
