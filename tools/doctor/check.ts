/** What a check of the doctor is, and what it may find. */
import type { Registered } from "../../local/program/graph";
import type { StackConfig } from "../../local/program/stack-config";
import type { AwsCalls } from "./calls/aws-calls";
import type { GoogleCalls } from "./calls/google-calls";
import type { PulumiCalls } from "./calls/pulumi-calls";

/** What is wrong, in one sentence, and the command that mends it. */
export interface Finding {
  readonly sentence: string;
  readonly command: string;
}

export type Outcome =
  /** All is well, and how far. */
  | { readonly kind: "fine"; readonly seen: string }
  /** `up` would fail, or do what nobody wants. */
  | { readonly kind: "mend"; readonly findings: readonly Finding[] }
  /** `up` does not fail, but better is known. */
  | { readonly kind: "advice"; readonly findings: readonly Finding[] }
  /** Nothing can be said, and why. */
  | { readonly kind: "unseen"; readonly why: string };

/** Of what the checks are, and whom they may ask. Nothing here changes anything. */
export interface Patient {
  readonly stack: string;
  /** The project's folder. */
  readonly directory: string;
  readonly aws: AwsCalls;
  readonly google: GoogleCalls;
  readonly pulumi: PulumiCalls;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Runs the program and tells what it registers. */
  readonly registerResources: (config: StackConfig) => Promise<readonly Registered[]>;
}

/** What earlier checks found out; a check that needs more than there is, is not made. */
export interface Known {
  readonly config?: StackConfig;
  readonly resources?: readonly Registered[];
  /** The AWS account, and who asks. */
  readonly caller?: { readonly account: string; readonly arn: string };
  /** Id of the Google Cloud project, once it was reached. */
  readonly project?: string;
}

export interface Check<Need extends keyof Known = never> {
  readonly title: string;
  readonly needs: readonly Need[];
  look(patient: Patient, known: Known & Required<Pick<Known, Need>>): Promise<Outcome & { readonly known?: Known }>;
}

/** Whether earlier checks found all that is needed. */
export function hasAll<Need extends keyof Known>(
  known: Known,
  needs: readonly Need[],
): known is Known & Required<Pick<Known, Need>> {
  return needs.every((need) => known[need] !== undefined);
}

export const mend = (...findings: Finding[]): Outcome => ({ kind: "mend", findings });
export const advice = (...findings: Finding[]): Outcome => ({ kind: "advice", findings });
export const unseen = (why: string): Outcome => ({ kind: "unseen", why });
export const fine = (seen: string): Outcome => ({ kind: "fine", seen });

/** Edits the stack's file. */
export const edit = (stack: string): string => `"\${EDITOR:-vi}" Pulumi.${stack}.yaml`;
