/** The bootstrap: the state backend, and for each stack the keyless access of GitHub's workflows to both clouds. */
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { readStackConfig } from "../local/program/stack-config";
import { AwsAccess } from "./aws-access";
import { parseBootstrap } from "./config";
import { GoogleAccess } from "./google-access";
import { StateBackend } from "./state-backend";
import { awsAudience, issuer } from "./subjects";

const own = new pulumi.Config();
const { repository, deploys } = parseBootstrap({
  repository: own.get("repository"),
  deploys: own.getObject("deploys"),
});
const region = new pulumi.Config("aws").require<aws.Region>("region");

const labels = { project: pulumi.getProject(), stack: pulumi.getStack() };
const awsProvider = new aws.Provider("aws", { region, defaultTags: { tags: labels } });
const onAws = { providers: [awsProvider] };
const { accountId } = aws.getCallerIdentityOutput({}, { provider: awsProvider });

const state = new StateBackend("state", { region }, onAws);
const oidc = new aws.iam.OpenIdConnectProvider(
  "github",
  { url: `https://${issuer}`, clientIdLists: [awsAudience] },
  { provider: awsProvider },
);

/** Where a stack goes, from its own file. */
const target = z.looseObject({ "aws:region": z.string(), "gcp:project": z.string() });

const stacks = Object.entries(deploys).map(([stack, from]) => {
  const { project, values } = readStackConfig(join(__dirname, ".."), stack);
  const { "aws:region": stackRegion, "gcp:project": googleProject } = target.parse(values);
  const onAwsOf = { oidcArn: oidc.arn, repository, from, state, project, stack, region: stackRegion, accountId };
  const { roleArns } = new AwsAccess(`${stack}-aws`, onAwsOf, onAws);
  const google = new gcp.Provider(`${stack}-gcp`, { project: googleProject, defaultLabels: labels });
  const onGoogleOf = { repository, from, stack, project: googleProject };
  const { provider, accounts } = new GoogleAccess(`${stack}-google`, onGoogleOf, { providers: [google] });
  const identityOf = (access: "preview" | "deploy") => ({
    awsRole: roleArns[access],
    googleProvider: provider,
    googleAccount: accounts[access],
  });
  return [stack, { preview: identityOf("preview"), deploy: identityOf("deploy") }] as const;
});

/** The repository's variable WATTLAKE_ACCESS: what a workflow needs to sign in. No part of it is secret. */
export const access = { backend: state.url, region, stacks: Object.fromEntries(stacks) };
/** For `pulumi login`. */
export const backend = state.url;
/** For `pulumi stack init --secrets-provider`. */
export const secretsProvider = state.secretsProvider;
