/** What the doctor asks Google Cloud, with the credentials that Pulumi would find; nothing of it changes anything. */
import { GoogleAuth } from "google-auth-library";
import { z } from "zod";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Both reject where there are no credentials or no network; a refusal is an answer. */
export interface GoogleCalls {
  get(url: string): Promise<Answer>;
  /** For questions that are too long for an address. */
  ask(url: string, body: object): Promise<Answer>;
}

export function createGoogleCalls(): GoogleCalls {
  const auth = new GoogleAuth({ scopes: ["https://www.googleapis.com/auth/cloud-platform"] });
  const request = async (method: "GET" | "POST", url: string, data?: object): Promise<Answer> => {
    const client = await auth.getClient();
    const options = { method, url, timeout: 10_000, validateStatus: () => true, ...(data && { data }) };
    const { status, data: body } = await client.request<unknown>(options);
    return { status, body };
  };
  return { get: (url) => request("GET", url), ask: (url, body) => request("POST", url, body) };
}

const refusal = z.looseObject({
  error: z.looseObject({
    message: z.string().default(""),
    details: z
      .array(
        z.looseObject({
          reason: z.string().optional(),
          metadata: z.looseObject({ service: z.string().optional() }).optional(),
        }),
      )
      .default([]),
  }),
});

/** Google's words for a refusal, and which API is off where that is why. */
export function readRefusal({ status, body }: Answer): {
  readonly message: string;
  readonly disabledApi: string | undefined;
} {
  const parsed = refusal.safeParse(body);
  if (!parsed.success) return { message: `status ${status}`, disabledApi: undefined };
  const { message, details } = parsed.data.error;
  const disabled = details.find(({ reason }) => reason === "SERVICE_DISABLED");
  return { message: message.split("\n")[0] ?? message, disabledApi: disabled?.metadata?.service };
}
