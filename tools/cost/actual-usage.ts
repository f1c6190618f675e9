/** `--actual`: asks both clouds with the credentials that their clients find; what cannot be asked is told in a sentence. */
import { CostExplorerClient } from "@aws-sdk/client-cost-explorer";
import type { StackConfig } from "../../local/program/stack-config";
import { datasetOf } from "../../local/session/sites";
import type { Source } from "../query/answer";
import { askBigQuery, askCostExplorer, type Charges, type Period, type Queries } from "./actual";

export interface Clouds {
  readonly costExplorer: CostExplorerClient;
  readonly bigQuery: Source;
}

export interface Actual {
  readonly charges: Charges | undefined;
  readonly queries: Queries | undefined;
  /** Why something is missing. */
  readonly missing: readonly string[];
}

/** Cost Explorer is one for all regions. */
export const createCostExplorer = () => new CostExplorerClient({ region: "us-east-1", maxAttempts: 2 });

export async function askClouds(clouds: Clouds, stack: StackConfig, location: string, period: Period): Promise<Actual> {
  const missing: string[] = [];
  const orNothing = async <Answer>(asked: Promise<Answer>, sentence: (error: Error) => string) => {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      missing.push(sentence(error));
      return undefined;
    }
  };
  const charges = await orNothing(askCostExplorer(clouds.costExplorer, stack, period), awsSentence);
  const { dataset } = datasetOf(stack);
  const queries = await orNothing(askBigQuery(clouds.bigQuery, { location, dataset }, period), googleSentence);
  return { charges, queries, missing };
}

function awsSentence({ name, message }: Error): string {
  if (name === "CredentialsProviderError") return "AWS: there are no credentials here (aws sso login, or AWS_PROFILE).";
  if (name === "AccessDeniedException")
    return "AWS: these credentials may not ask Cost Explorer (ce:GetCostAndUsage), or it is not enabled for the account yet.";
  if (name === "DataUnavailableException")
    return "AWS: Cost Explorer has no data yet; it needs a day after it is enabled.";
  return `AWS: Cost Explorer cannot be asked: ${message}`;
}

function googleSentence({ message }: Error): string {
  if (/default credentials/i.test(message))
    return "Google: there are no credentials here (gcloud auth application-default login).";
  if (/access denied|bigquery\.jobs\.listAll/i.test(message))
    return "Google: these credentials may not list the project's jobs (roles/bigquery.resourceViewer).";
  return `Google: BigQuery cannot be asked: ${message}`;
}
