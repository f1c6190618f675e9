/** Every check, in the order in which a person would mend what it finds. */
import type { Check, Known } from "./check";
import { awsAccount } from "./checks/aws-account";
import { awsPermissions } from "./checks/aws-permissions";
import { backend } from "./checks/backend";
import { configuration } from "./checks/configuration";
import { engine } from "./checks/engine";
import { googleApis } from "./checks/google-apis";
import { googleBilling } from "./checks/google-billing";
import { googlePermissions } from "./checks/google-permissions";
import { googleProject } from "./checks/google-project";
import { names } from "./checks/names";
import { regions } from "./checks/regions";

export const checks: readonly Check<keyof Known>[] = [
  configuration,
  names,
  regions,
  engine,
  backend,
  awsAccount,
  awsPermissions,
  googleProject,
  googleBilling,
  googleApis,
  googlePermissions,
];
