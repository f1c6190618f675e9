/** What a workflow has to know to sign in; no part of it is secret. The program writes it, `npm run sign-in` reads it. */
import { z } from "zod";

const identity = z.strictObject({
  awsRole: z.string(),
  /** `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`. */
  googleProvider: z.string(),
  /** E-mail of the service account. */
  googleAccount: z.string(),
});
export type Identity = z.output<typeof identity>;

export const access = z.strictObject({
  /** The state backend, as `pulumi login` takes it. */
  backend: z.string(),
  /** Its AWS region. */
  region: z.string(),
  stacks: z.record(z.string(), z.strictObject({ preview: identity, deploy: identity })),
});
