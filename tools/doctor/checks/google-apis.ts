/** The APIs that the program's resources are made through are on. `up` turns most of them on, but may then be too quick. */
import { z } from "zod";
import type { Registered } from "../../../local/program/graph";
import { readRefusal } from "../calls/google-calls";
import { type Check, fine, mend, unseen } from "../check";

/** The API behind a module of the provider. */
const apis: Readonly<Record<string, readonly string[]>> = {
  bigquery: ["bigquery"],
  billing: ["billingbudgets"],
  iam: ["iam"],
  monitoring: ["monitoring"],
  projects: ["cloudresourcemanager", "serviceusage"],
  serviceaccount: ["iam"],
  storage: ["storage"],
};

const service = z.looseObject({ service: z.string() });
const listed = z.looseObject({ services: z.array(z.looseObject({ name: z.string(), state: z.string() })) });

export const googleApis: Check<"project" | "resources"> = {
  title: "Google Cloud APIs",
  needs: ["project", "resources"],
  async look({ google }, { project, resources }) {
    const needed = neededApis(resources);
    const names = needed.map((api) => `names=projects/${project}/services/${api}`).join("&");
    const url = `https://serviceusage.googleapis.com/v1/projects/${project}/services:batchGet?${names}`;
    const answer = await google.get(url);
    const { message, disabledApi } = readRefusal(answer);
    const enable = (off: readonly string[]) =>
      mend({
        sentence: `These APIs are off in the project "${project}": ${off.join(", ")}.`,
        command: `gcloud services enable ${off.join(" ")} --project ${project}`,
      });
    if (disabledApi !== undefined) return enable([disabledApi]);
    if (answer.status !== 200) return unseen(`Service Usage does not tell: ${message}`);
    const on = new Set(
      listed
        .parse(answer.body)
        .services.filter(({ state }) => state === "ENABLED")
        .map(({ name }) => name.split("/").at(-1)),
    );
    const off = needed.filter((api) => !on.has(api));
    return off.length === 0 ? fine(`${needed.length} are on`) : enable(off);
  },
};

/** Those that the program turns on, and those that its resources are made through. @throws for a module that it does not know. */
export function neededApis(resources: readonly Registered[]): string[] {
  const all = resources.flatMap(({ type, inputs }) => {
    const [, module] = /^gcp:(\w+)\//.exec(type) ?? [];
    if (module === undefined) return [];
    const behind = apis[module];
    if (!behind) throw new Error(`The doctor does not know which API is behind ${type}.`);
    const own = type === "gcp:projects/service:Service" ? [service.parse(inputs).service] : [];
    return [...own, ...behind.map((api) => `${api}.googleapis.com`)];
  });
  return [...new Set(all)].sort();
}
