/** Starts a transfer job: Storage Transfer Service's `transferJobs.run`. */
import { type AuthClient, GoogleAuth } from "google-auth-library";
import { z } from "zod";
import type { MirrorJob } from "./outputs";

export const cloudEndpoint = "https://storagetransfer.googleapis.com";

/** Who runs the command, as Google knows them. @throws where nobody is signed in. */
export async function signedIn(): Promise<AuthClient> {
  const auth = new GoogleAuth({ scopes: ["https://www.googleapis.com/auth/cloud-platform"] });
  return auth.getClient().catch((error: unknown) => {
    const { message } = failure.parse(error);
    throw new Error(`Google Cloud does not know you (${message}). Sign in: gcloud auth application-default login`, {
      cause: error,
    });
  });
}

const operation = z.object({ name: z.string().startsWith("transferOperations/") });
const failure = z.object({ message: z.string(), status: z.number().optional() });

/** Resolves with the name of the operation. @throws Google's own words where it starts none. */
export async function runTransferJob(
  client: Pick<AuthClient, "request">,
  endpoint: string,
  { name, project }: MirrorJob,
): Promise<string> {
  const url = `${endpoint}/v1/${name}:run`;
  try {
    const { data } = await client.request<unknown>({ url, method: "POST", data: { projectId: project }, retry: false });
    return operation.parse(data).name;
  } catch (error) {
    const { message, status } = failure.parse(error);
    throw new Error(`Storage Transfer did not start ${name}${status ? ` (${status})` : ""}: ${message}`, {
      cause: error,
    });
  }
}
