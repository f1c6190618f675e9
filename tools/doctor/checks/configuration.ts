/** The stack has a file, without mistakes, and it names both clouds. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseConfig, wattlakeKeys } from "../../../config";
import { readStackConfig, type StackConfig } from "../../../local/program/stack-config";
import { type Check, edit, fine, mend } from "../check";

const clouds = { "aws:region": "<region>", "gcp:project": "<project>", "gcp:region": "<region>" };

export const configuration: Check = {
  title: "stack configuration",
  needs: [],
  async look({ stack, directory }) {
    const read = attempt(() => readStackConfig(directory, stack));
    if ("failure" in read)
      return mend({
        sentence: read.failure.replace(`${join(directory, "/")}`, ""),
        command: existsSync(join(directory, `Pulumi.${stack}.yaml`))
          ? edit(stack)
          : `cp Pulumi.prod.yaml Pulumi.${stack}.yaml && npm run pulumi -- stack init ${stack}`,
      });
    const { values } = read.value;
    const absent = Object.entries(clouds)
      .filter(([key]) => typeof values[key] !== "string")
      .map(([key, example]) => ({
        sentence: `${key} is missing in Pulumi.${stack}.yaml.`,
        command: `npm run pulumi -- config set ${key} '${example}' --stack ${stack}`,
      }));
    const parsed = attempt(() => parseConfig(wattlakeKeys(texts(values))));
    const mistakes = "failure" in parsed ? parsed.failure.split("\n").slice(1) : [];
    const findings = [...absent, ...mistakes.map((each) => ({ sentence: each.trim(), command: edit(stack) }))];
    if (findings.length > 0 || "failure" in parsed) return mend(...findings);
    const { sites } = parsed.value;
    const meters = sites.flatMap((site) => site.meters).length;
    return { ...fine(`sites: ${sites.length}, meters: ${meters}`), known: { config: read.value } };
  },
};

/** As Pulumi hands them to the program. */
const texts = (values: StackConfig["values"]) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );

function attempt<T>(read: () => T): { readonly value: T } | { readonly failure: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { failure: error.message };
  }
}
