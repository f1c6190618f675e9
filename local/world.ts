/**
 * What the services of the local cloud are given beside the graph. It grows as they start: the identities first, then the
 * endpoints. Each service says which fields it takes; what it needs of one other service is a further argument.
 */
import type { CloudWatch } from "./aws/cloudwatch";
import type { Identities } from "./aws/iam";
import type { Clock } from "./clock";
import type { Monitoring } from "./google/monitoring";
import type { Usage } from "./usage";

export interface World {
  readonly clock: Clock;
  /** Everything that outlives the process lies here, a folder a service. */
  readonly stateDirectory: string;
  /** The options that lead a command to this cloud: `--stack`, `--state`. @default its state folder alone */
  readonly reach?: string | undefined;
  /** What goes wrong beside the callers: a refused message, a failed delivery or copy. */
  readonly onProblem: (problem: string) => void;
  /** What is worth to know and hinders nothing. */
  readonly onWarning?: ((warning: string) => void) | undefined;
  /** Runs when the cloud is closed, the last that was named first. */
  readonly onClose: (end: () => void | Promise<void>) => void;
  readonly identities: Identities;
  /** Is told of everything that would be billed. @default nobody */
  readonly usage?: Usage | undefined;
  /** Hears what the services measure of themselves. */
  readonly cloudWatch: CloudWatch;
  /** The same of Google's services. */
  readonly monitoring: Monitoring;
  /** Where S3 answers. */
  readonly s3Endpoint: string;
  /** Where BigQuery and Google's token service answer. */
  readonly googleEndpoint: string;
}
