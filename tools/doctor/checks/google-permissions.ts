/** Whoever asks has every permission in the Google Cloud project that the program's resources need; nothing is tried. */
import { z } from "zod";
import { googleRows } from "../../../bootstrap/google-rights";
import { readRefusal } from "../calls/google-calls";
import { type Check, fine, mend, unseen } from "../check";

/** So many are answered at once. */
const atOnce = 100;
const granted = z.looseObject({ permissions: z.array(z.string()).default([]) });

export const googlePermissions: Check<"project" | "resources"> = {
  title: "Google Cloud permissions",
  needs: ["project", "resources"],
  async look({ google }, { project, resources }) {
    const types = new Set(resources.map(({ type }) => type));
    const rows = Object.entries(googleRows).flatMap(([type, each]) => (types.has(type) ? each : []));
    const ofPolicy = ["gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMAuditConfig:IAMAuditConfig"];
    const grants = ofPolicy.some((type) => types.has(type)) ? ["resourcemanager.projects.setIamPolicy"] : [];
    const needed = [...new Set([...rows.flatMap(({ read, write }) => [...read, ...write]), ...grants])].sort();
    const missing: string[] = [];
    for (let from = 0; from < needed.length; from += atOnce) {
      const permissions = needed.slice(from, from + atOnce);
      const url = `https://cloudresourcemanager.googleapis.com/v3/projects/${project}:testIamPermissions`;
      const answer = await google.ask(url, { permissions });
      if (answer.status !== 200) return unseen(`Resource Manager does not tell: ${readRefusal(answer).message}`);
      const has = new Set(granted.parse(answer.body).permissions);
      missing.push(...permissions.filter((permission) => !has.has(permission)));
    }
    if (missing.length === 0) return fine(`${needed.length} permissions`);
    return mend({
      sentence: `These credentials lack ${missing.join(", ")} in the project "${project}".`,
      command: "npm run pulumi -- -C bootstrap up",
    });
  },
};
