/** Who a workflow run is, in the words of GitHub's OpenID Connect tokens. */
export const issuer = "token.actions.githubusercontent.com";

/** A push to the branch deploys; or a tag that begins so does, once the environment of GitHub approves. */
export type DeploySource = { readonly branch: string } | { readonly environment: string; readonly tags: string };

/** What AWS expects the token to be for. */
export const awsAudience = "sts.amazonaws.com";

/** What a run may be: of a pull request, or a deployment. */
export type Access = "preview" | "deploy";

/** The subject of the run that may have each access; GitHub puts the repository's immutable ids into newer ones. */
export const subjects = (repository: string, from: DeploySource): Record<Access, string> => ({
  preview: `repo:${repository}:pull_request`,
  deploy: `repo:${repository}:${"branch" in from ? `ref:${deployRef(from)}` : `environment:${from.environment}`}`,
});

/** The ref that may be deployed; it ends in `*` where it only has to begin so. */
export const deployRef = (from: DeploySource): string =>
  "branch" in from ? `refs/heads/${from.branch}` : `refs/tags/${from.tags}*`;

/** `owner@1/name@2`: the name, and the id that nobody else ever gets; older subjects have none. */
export function repositoryOf(repository: string): { readonly name: string; readonly id: string | undefined } {
  return { name: repository.replaceAll(/@\d+/g, ""), id: /\/.*@(\d+)$/.exec(repository)?.[1] };
}
