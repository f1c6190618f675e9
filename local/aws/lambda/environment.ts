/** What a function finds when it starts: its archive on disk, its environment and its role's access key. */
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { region } from "../../program/computed";
import type { Resource } from "../../program/graph";
import { projectDirectory } from "../../project";
import type { World } from "../../world";
import { archiveSchema, layOutArchive } from "./archive";

export const functionInputs = z.object({
  code: archiveSchema,
  role: z.string(),
  handler: z.string().default("__index.handler"),
  memorySize: z.int().default(128),
  timeout: z.int().default(3),
  reservedConcurrentExecutions: z.int().optional(),
  loggingConfig: z
    .object({
      /** @default one of the function's own, which nobody reads here */
      logGroup: z.string().optional(),
      logFormat: z.enum(["Text", "JSON"]).default("Text"),
      systemLogLevel: z.enum(["DEBUG", "INFO", "WARN"]).default("INFO"),
    })
    .prefault({}),
  environment: z.object({ variables: z.record(z.string(), z.string()) }).default({ variables: {} }),
});
export type FunctionResource = Resource<z.infer<typeof functionInputs>>;

export interface FunctionSurroundings extends Pick<World, "identities" | "s3Endpoint" | "usage"> {
  /** Where functions find BigQuery and Google's token service. @default nowhere: a call of them fails */
  readonly googleEndpoint?: string | undefined;
  /** Gets `functions/` (the archives) and `tmp/` (their temporary folders). */
  readonly stateDirectory: string;
}

/** As the program writes it into a function's environment. */
const googleTokenService = "https://sts.googleapis.com";
/** A port at which nobody listens: a function must never reach the real Google Cloud from here. */
const nowhere = "http://127.0.0.1:9";
/** Lays the archive out anew and empties the temporary folder. @throws where Lambda may not take the role. */
export function prepare(
  { arn, physicalName, inputs }: FunctionResource,
  { identities, s3Endpoint, googleEndpoint = nowhere, stateDirectory }: FunctionSurroundings,
) {
  const directory = resolve(stateDirectory, "functions", physicalName);
  const scratch = resolve(stateDirectory, "tmp", physicalName);
  layOutArchive(inputs.code, directory, projectDirectory);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const { accessKeyId, secretAccessKey } = identities.assume(inputs.role, {
    service: "lambda.amazonaws.com",
    sourceArn: arn,
  });
  const environment = {
    ...Object.fromEntries(
      Object.entries(inputs.environment.variables).map(([name, value]) => [
        name,
        value.replaceAll(googleTokenService, googleEndpoint),
      ]),
    ),
    BIGQUERY_EMULATOR_HOST: googleEndpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_S3: s3Endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_LAMBDA_FUNCTION_NAME: physicalName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(inputs.memorySize),
    AWS_LAMBDA_LOG_FORMAT: inputs.loggingConfig.logFormat,
    WATTLAKE_SYSTEM_LOG_LEVEL: inputs.loggingConfig.systemLogLevel,
    WATTLAKE_FUNCTION_ARN: arn ?? physicalName,
    _HANDLER: inputs.handler,
    TZ: ":UTC",
    // No profile of the user's machine may reach a function.
    HOME: directory,
    TMPDIR: scratch,
  };
  return { directory, environment };
}
