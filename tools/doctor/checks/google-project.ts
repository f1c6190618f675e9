/** Google Cloud is reached, with credentials that it takes, and the project is there. */
import { z } from "zod";
import { readRefusal } from "../calls/google-calls";
import { type Check, fine, mend, unseen } from "../check";
import { reasonOf } from "../reasons";

const found = z.looseObject({ state: z.string() });
const signIn = "gcloud auth application-default login";

export const googleProject: Check<"config"> = {
  title: "Google Cloud project",
  needs: ["config"],
  async look({ google }, { config }) {
    const project = String(config.values["gcp:project"]);
    try {
      const answer = await google.get(`https://cloudresourcemanager.googleapis.com/v3/projects/${project}`);
      const { message, disabledApi } = readRefusal(answer);
      if (answer.status === 401)
        return mend({ sentence: `Google does not take these credentials: ${message}`, command: signIn });
      if (disabledApi !== undefined)
        return mend({
          sentence: `The API ${disabledApi} is off, and Pulumi asks it which others are on.`,
          command: `gcloud services enable ${disabledApi} serviceusage.googleapis.com --project ${project}`,
        });
      if (answer.status === 403 || answer.status === 404)
        return mend({
          sentence: `The Google Cloud project "${project}" does not exist, or these credentials may not see it.`,
          command: `gcloud projects create ${project}`,
        });
      if (answer.status !== 200) return unseen(`Google Cloud answers ${answer.status}: ${message}`);
      const { state } = found.parse(answer.body);
      if (state !== "ACTIVE")
        return mend({
          sentence: `The Google Cloud project "${project}" is ${state}.`,
          command: `gcloud projects undelete ${project}`,
        });
      return { ...fine(project), known: { project } };
    } catch (error) {
      const reason = reasonOf(error);
      if (/credentials|invalid_grant|reauth/i.test(reason))
        return mend({ sentence: `No Google Cloud project can be reached: ${reason}.`, command: signIn });
      return unseen(`Google Cloud cannot be reached (${reason})`);
    }
  },
};
