/** The project has a billing account: without one neither BigQuery's streaming nor Storage Transfer works. */
import { z } from "zod";
import { readRefusal } from "../calls/google-calls";
import { type Check, fine, mend, unseen } from "../check";

const info = z.looseObject({ billingEnabled: z.boolean().default(false), billingAccountName: z.string().default("") });

export const googleBilling: Check<"project"> = {
  title: "Google Cloud billing",
  needs: ["project"],
  async look({ google }, { project }) {
    const answer = await google.get(`https://cloudbilling.googleapis.com/v1/projects/${project}/billingInfo`);
    if (answer.status !== 200) return unseen(`Cloud Billing does not tell: ${readRefusal(answer).message}`);
    const { billingEnabled, billingAccountName } = info.parse(answer.body);
    if (billingEnabled) return fine(billingAccountName);
    return mend({
      sentence: `Billing is off in the project "${project}".`,
      command: `gcloud billing projects link ${project} --billing-account "$(gcloud billing accounts list --filter open=true --format 'value(name)' --limit 1)"`,
    });
  },
};
