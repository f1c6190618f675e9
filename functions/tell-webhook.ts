/**
 * `tell-webhook`: hands what a topic tells of an alarm to a web address as a short JSON text, `{"text": ...}`, which Slack,
 * Mattermost, ntfy (with a template) and Home Assistant understand.
 *
 * The address is the secret: it is read from the parameter `WEBHOOK_PARAMETER` each time and stands in no log and no error. What
 * was not taken fails the invocation, and Lambda tries it twice more.
 */
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { z } from "zod";
import { logUnit } from "./log";

export function makeTellWebhook() {
  const ssm = new SSMClient({ maxAttempts: 2 });
  const parameterName = z.string().min(1).parse(process.env.WEBHOOK_PARAMETER);
  /** The other side may take so long to answer, ms. */
  const timeoutMs = 5000;
  const longestText = 1000;
  const eventSchema = z.object({
    Records: z.array(z.object({ Sns: z.object({ Message: z.string(), Subject: z.string().nullish() }) })),
  });
  /** What CloudWatch says of an alarm that changed its state. */
  const alarmSchema = z.object({
    AlarmName: z.string(),
    AlarmDescription: z.string().nullish(),
    NewStateValue: z.string(),
  });

  function json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  function tellingOf({ Message, Subject }: { Message: string; Subject?: string | null | undefined }) {
    const { data } = alarmSchema.safeParse(json(Message));
    // Whatever else is published to the topic is told as it stands.
    if (!data) return { text: [Subject, Message].filter(Boolean).join(": ").slice(0, longestText) };
    const { AlarmName: alarm, NewStateValue: state, AlarmDescription } = data;
    const said = state === "OK" ? "is over" : state === "ALARM" ? "is raised" : `has the state ${state}`;
    const reason = state === "ALARM" && AlarmDescription ? `: ${AlarmDescription}` : ".";
    return { text: `${alarm} ${said}${reason}`.slice(0, longestText), alarm, state };
  }

  async function address(): Promise<string> {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameterName, WithDecryption: true }));
    return z.string().parse(Parameter?.Value);
  }

  /** The status of the answer. An error of `fetch` may name the address, so only its kind goes on. */
  async function post(url: string, body: object): Promise<number> {
    try {
      const { status } = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      return status;
    } catch (error) {
      const { name, cause } = Object(error);
      throw new Error(`the webhook cannot be reached (${Object(cause).code ?? name})`);
    }
  }

  return async function tellWebhook(event: unknown): Promise<{ told: number }> {
    const { Records } = eventSchema.parse(event);
    const url = await address();
    for (const { Sns } of Records) {
      const telling = tellingOf(Sns);
      const started = Date.now();
      const status = await post(url, telling);
      logUnit("tell-webhook", { alarm: telling.alarm, state: telling.state, status, ms: Date.now() - started });
      if (status < 200 || status > 299) throw new Error(`the webhook answered ${status}`);
    }
    return { told: Records.length };
  };
}
