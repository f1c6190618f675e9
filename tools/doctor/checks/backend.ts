/** The state has a backend that can be reached, and its secrets a key of a cloud's. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { advice, type Check, type Finding, fine, mend, type Outcome, type Patient, unseen } from "../check";
import { nameOf, reasonOf } from "../reasons";

const bootstrapped = "npm run pulumi -- -C bootstrap up";
const stackFile = z
  .looseObject({ secretsprovider: z.string().optional(), encryptionsalt: z.string().optional() })
  .default({});

export const backend: Check = {
  title: "state backend",
  needs: [],
  async look(patient) {
    const url = patient.environment.PULUMI_BACKEND_URL ?? (await loggedIn(patient));
    if (url === undefined) {
      const sentence = "No state backend is named: PULUMI_BACKEND_URL is not set, and nobody is logged in to one.";
      return mend({ sentence, command: 'export PULUMI_BACKEND_URL="s3://<bucket>?region=<region>"' });
    }
    const bucket = await lookAtBucket(patient, url);
    if (bucket.kind === "mend" || bucket.kind === "unseen") return bucket;
    const provider = secretsOf(patient, url);
    return provider ? advice(provider) : bucket;
  },
};

const loggedIn = ({ pulumi }: Patient) => (pulumi.isFetched() ? pulumi.backend() : Promise.resolve(undefined));

async function lookAtBucket({ aws, google }: Patient, url: string): Promise<Outcome> {
  const [, scheme, bucket = "", query] = /^(s3|gs):\/\/([^/?]+)[^?]*(?:\?(.*))?$/.exec(url) ?? [];
  if (scheme === undefined) return fine(url);
  const absent = mend({ sentence: `The state's bucket ${bucket} does not exist.`, command: bootstrapped });
  const closed = mend({
    sentence: `The state's bucket ${bucket} is closed to these credentials.`,
    command: scheme === "s3" ? "aws sts get-caller-identity" : "gcloud auth application-default login",
  });
  try {
    if (scheme === "s3") await aws.headBucket(bucket, new URLSearchParams(query).get("region") ?? "us-east-1");
    else {
      const { status } = await google.get(`https://storage.googleapis.com/storage/v1/b/${bucket}`);
      if (status !== 200) return status === 404 ? absent : closed;
    }
    return fine(url);
  } catch (error) {
    if (["NotFound", "NoSuchBucket"].includes(nameOf(error))) return absent;
    if (["Forbidden", "AccessDenied", "403"].includes(nameOf(error))) return closed;
    return unseen(`the bucket ${bucket} cannot be reached (${reasonOf(error)})`);
  }
}

/** Pulumi's own service keeps keys itself. */
function secretsOf({ directory, stack }: Patient, url: string): Finding | undefined {
  const path = join(directory, `Pulumi.${stack}.yaml`);
  if (url.startsWith("https://") || !existsSync(path)) return undefined;
  const { secretsprovider, encryptionsalt } = stackFile.parse(parse(readFileSync(path, "utf8")) ?? undefined);
  if (secretsprovider !== undefined && secretsprovider !== "passphrase") return undefined;
  const provider = '--secrets-provider "awskms://alias/wattlake-bootstrap-main?region=<region>"';
  return encryptionsalt === undefined
    ? {
        sentence: `The stack ${stack} has no secrets provider yet: it would ask for a passphrase.`,
        command: `npm run pulumi -- stack init ${stack} ${provider}`,
      }
    : {
        sentence: `The secrets of ${stack} are kept under a passphrase, which somebody can lose.`,
        command: `npm run pulumi -- stack change-secrets-provider --stack ${stack} ${provider.split(" ")[1]}`,
      };
}
