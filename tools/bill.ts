/** `npm run bill`: a bill in the terminal, from the local cloud's views or from those of a stack's real dataset. */
import { readArguments, usage } from "./bill/arguments";
import { formatBill, unpaidNote } from "./bill/format";
import { readBills } from "./bill/read";
import { openSource } from "./query/sources";

const complain = (text: string) => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args === undefined) {
    console.log(usage);
    return;
  }
  const source = await openSource(args);
  complain(source.about);
  try {
    const { bills, unpaid } = await readBills(source, args);
    console.log([...bills.map(formatBill), ...unpaidNote(unpaid)].join("\n\n"));
  } finally {
    source.close();
  }
}

main().catch((error: unknown) => {
  complain(
    process.env.WATTLAKE_DEBUG === "1" && error instanceof Error
      ? `${error.stack}`
      : String(error instanceof Error ? error.message : error),
  );
  process.exitCode = 1;
});
