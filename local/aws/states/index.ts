/** AWS Step Functions: the deployed definitions, their tasks answered by the local Lambdas. */
export type { Progress } from "./execution-progress";
export type { Account } from "./history";
export { createStateMachines, type StateMachines } from "./states";
