/** Google's identity services: workload identity federation with AWS roles, and the grants of the graph. */
export { createGoogleIdentity, type GoogleIdentity, type TableCall } from "./google-identity";
