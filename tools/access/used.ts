/** Which rights a day of the stack in the local cloud makes use of. */
import type { OnAllowed } from "../../local/aws/iam";
import { covers, type Right } from "./rights";

export interface Recorder {
  readonly onAllowed: OnAllowed;
  /** The rights that no call has needed so far. */
  unused(): readonly Right[];
}

export function createRecorder(rights: readonly Right[]): Recorder {
  let unused = rights;
  return {
    onAllowed(role, call) {
      if (unused.some((right) => right.role === role && covers(right, call)))
        unused = unused.filter((right) => right.role !== role || !covers(right, call));
    },
    unused: () => unused,
  };
}

/** Services that local mode carries out: of others nobody can tell here whether a right is used. */
const carriedOut = ["s3", "lambda", "sqs", "firehose", "states"];
export const isCarriedOut = ({ action }: Right): boolean => carriedOut.includes(action.split(":")[0] ?? "");
