/**
 * The functions of the graph in this process, from the texts of their archives: thousands of runs would take hours in child
 * processes. An instance is what a process of Lambda is: it serves one invocation at a time, and dies with whatever it did.
 */
import * as clientS3 from "@aws-sdk/client-s3";
import { z } from "zod";
import { functionInputs } from "../../../local/aws/lambda/environment";
import type { Lambdas } from "../../../local/aws/lambda/functions";
import { lambdaError } from "../../../local/aws/lambda/sandbox";
import { region } from "../../../local/program/computed";
import type { Graph } from "../../../local/program/graph";
import type { World } from "../../../local/world";

type Handler = (event: unknown) => Promise<unknown>;
/** How the process of an instance ends, as Step Functions is told. */
export type Death = "Runtime.ExitError" | "Sandbox.Timedout";

/** What the lake's requests of an instance bear in their `user-agent`. */
const mark = /\binstance\/([\w-]+)_(\d+)\b/;
/** Whose request it is; undefined where it is no function's. */
export function callerOf(userAgent: string | undefined): { name: string; instance: number } | undefined {
  const [, name, number] = mark.exec(userAgent ?? "") ?? [];
  return name === undefined ? undefined : { name, instance: Number(number) };
}

const texts = z.object({ assets: z.looseObject({ "__index.js": z.object({ text: z.string() }) }) });
const handlerOf = z.object({ handler: z.custom<Handler>((value) => typeof value === "function") });

/** `attempts` is how often the S3 client of a function tries a call. */
export function openFunctions(
  graph: Graph,
  { identities, s3Endpoint }: Pick<World, "identities" | "s3Endpoint">,
  attempts: number,
) {
  let count = 0;
  const deaths = new Map<number, (death: Death) => void>();
  const dead = new Set<number>();
  const clients: clientS3.S3Client[] = [];

  const functions = graph.all("aws:lambda/function:Function", functionInputs).map(({ arn, physicalName, inputs }) => {
    const { assets } = texts.parse(inputs.code);
    // Loaded as Node would load a module, with a process and a console of its own.
    const load = new Function("exports", "require", "process", "console", assets["__index.js"].text);
    const credentials = identities.assume(inputs.role, { service: "lambda.amazonaws.com", sourceArn: arn });
    const idle: { readonly number: number; readonly handler: Handler }[] = [];

    function start() {
      const number = count++;
      class S3Client extends clientS3.S3Client {
        constructor() {
          const customUserAgent = `instance/${physicalName}_${number}`;
          super({
            endpoint: s3Endpoint,
            region,
            credentials,
            forcePathStyle: true,
            maxAttempts: attempts,
            customUserAgent,
          });
          clients.push(this);
        }
      }
      const exported = {};
      const own = { ...process, env: inputs.environment.variables };
      const load_ = (name: string) =>
        name.startsWith("@aws-sdk/client-s3") ? { ...clientS3, S3Client } : require(name);
      load(exported, load_, own, { log: () => undefined });
      return { number, handler: handlerOf.parse(exported).handler };
    }
    async function invoke(event: unknown): Promise<unknown> {
      const instance = idle.pop() ?? start();
      const died = new Promise<never>((_, reject) => {
        deaths.set(instance.number, (errorType) =>
          reject(lambdaError({ errorType, errorMessage: `${physicalName} has ended`, trace: [] })),
        );
      });
      const done = instance.handler(JSON.parse(JSON.stringify(event)));
      // What a dead process would have said is heard by nobody.
      done.catch(() => undefined);
      try {
        return await Promise.race([done, died]);
      } finally {
        deaths.delete(instance.number);
        if (!dead.has(instance.number)) idle.push(instance);
      }
    }
    return { arn, physicalName, invoke };
  });

  return {
    async invoke(nameOrArn: string, event: unknown) {
      const found = functions.find(({ arn, physicalName }) => [arn, physicalName].includes(nameOrArn));
      if (!found) throw new Error(`The program has no function ${nameOrArn}`);
      return found.invoke(event);
    },
    /** Ends the process of an instance: nothing that it asks from now on is heard. */
    kill(instance: number, death: Death): void {
      dead.add(instance);
      deaths.get(instance)?.(death);
    },
    isDead: (instance: number) => dead.has(instance),
    close() {
      for (const client of clients) client.destroy();
    },
  } satisfies Pick<Lambdas, "invoke"> & Record<string, unknown>;
}
