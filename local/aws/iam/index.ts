/** AWS IAM: roles, their trust and their policies. Every other service asks it who may do what. */
export { type Authorize, type Credentials, createIdentities, type Identities, type OnAllowed } from "./identity";
export { evaluate, readStatements, type Statement } from "./policy-document";
export type { Principal } from "./roles";
