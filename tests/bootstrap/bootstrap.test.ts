/** The bootstrap as it is registered: exactly these resources, trusting exactly these runs. */
import { z } from "zod";
import { access } from "../../bootstrap/access";
import { awsChosenRights, awsRights } from "../../bootstrap/aws-rights";
import { googleRights } from "../../bootstrap/google-rights";
import { synthesizeBootstrap } from "./synth";

let bootstrap: Awaited<ReturnType<typeof synthesizeBootstrap>>;
beforeAll(async () => {
  bootstrap = await synthesizeBootstrap();
}, 120_000);

const repo = "repo:my-name@1234567/my-household-energy@123456789";
const issuer = "token.actions.githubusercontent.com";

test("registers exactly the state backend and two identities a stack and cloud", () => {
  const perStack = (stack: string) => [
    `wattlake:bootstrap:AwsAccess ${stack}-aws`,
    ...["preview", "deploy"].flatMap((each) => [
      `aws:iam/role:Role ${stack}-aws-${each}`,
      `aws:iam/rolePolicy:RolePolicy ${stack}-aws-${each}-resources`,
      `aws:iam/rolePolicy:RolePolicy ${stack}-aws-${each}-state`,
      `aws:iam/policy:Policy ${stack}-aws-${each}-chosen`,
      `aws:iam/rolePolicyAttachment:RolePolicyAttachment ${stack}-aws-${each}-chosen-attached`,
      `gcp:serviceaccount/account:Account ${stack}-google-${each}`,
      `gcp:projects/iAMCustomRole:IAMCustomRole ${stack}-google-${each}-role`,
      `gcp:projects/iAMMember:IAMMember ${stack}-google-${each}-grant`,
      `gcp:serviceaccount/iAMMember:IAMMember ${stack}-google-${each}-sign-in`,
    ]),
    `pulumi:providers:gcp ${stack}-gcp`,
    `wattlake:bootstrap:GoogleAccess ${stack}-google`,
    ...["cloudresourcemanager", "iam", "iamcredentials", "serviceusage", "sts"].map(
      (service) => `gcp:projects/service:Service ${stack}-google-${service}-api`,
    ),
    `gcp:iam/workloadIdentityPool:WorkloadIdentityPool ${stack}-google-pool`,
    `gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider ${stack}-google-provider`,
    `gcp:projects/iAMCustomRole:IAMCustomRole ${stack}-google-grants-role`,
    `gcp:projects/iAMMember:IAMMember ${stack}-google-grants`,
  ];
  const expected = [
    "pulumi:pulumi:Stack wattlake-bootstrap-main",
    "pulumi:providers:aws aws",
    "wattlake:bootstrap:StateBackend state",
    "aws:s3/bucket:Bucket state-bucket",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock state-public-access",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls state-ownership",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration state-encryption",
    "aws:s3/bucketVersioning:BucketVersioning state-versioning",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration state-lifecycle",
    "aws:s3/bucketPolicy:BucketPolicy state-policy",
    "aws:kms/key:Key state-key",
    "aws:kms/alias:Alias state-key-alias",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider github",
    ...perStack("dev"),
    ...perStack("prod"),
  ];
  expect(bootstrap.resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(expected.sort());
});

test("the state is private, versioned, encrypted, answers over TLS only, and cannot be deleted by accident", () => {
  const ofState = bootstrap.resources.filter(({ name, type }) => name.startsWith("state-") && type.startsWith("aws:"));
  expect(ofState.filter(({ protect }) => !protect)).toEqual([]);
  expect(bootstrap.get("state-public-access").inputs).toEqual({
    bucket: "state-bucket",
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  expect(bootstrap.get("state-versioning").inputs).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
  expect(bootstrap.get("state-encryption").inputs).toMatchObject({
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  expect(bootstrap.get("state-policy").inputs.policy).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::state-bucket", "arn:aws:s3:::state-bucket/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
  expect(bootstrap.get("state-key").inputs).toMatchObject({ enableKeyRotation: true });
  expect(bootstrap.get("state-key-alias").inputs).toMatchObject({ name: "alias/wattlake-bootstrap-main" });
  expect(bootstrap.outputs).toMatchObject({
    backend: "s3://state-bucket?region=eu-central-1",
    secretsProvider: "awskms://alias/wattlake-bootstrap-main?region=eu-central-1",
  });
});

describe("AWS trusts", () => {
  const trust = (name: string) =>
    z.object({ Statement: z.array(z.unknown()) }).parse(bootstrap.get(name).inputs.assumeRolePolicy).Statement;
  const statement = (sub: string, ref?: string) => [
    {
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/github" },
      Condition: {
        StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: sub },
        ...(ref && { StringLike: { [`${issuer}:ref`]: ref } }),
      },
    },
  ];

  test("GitHub's issuer, for AWS's audience", () => {
    expect(bootstrap.get("github").inputs).toEqual({
      url: `https://${issuer}`,
      clientIdLists: ["sts.amazonaws.com"],
    });
  });

  test("a pull request of the repository with a preview, and nothing else of it", () => {
    for (const stack of ["dev", "prod"])
      expect(trust(`${stack}-aws-preview`)).toEqual(statement(`${repo}:pull_request`));
  });

  test("main with dev, and an approved tag with prod", () => {
    expect(trust("dev-aws-deploy")).toEqual(statement(`${repo}:ref:refs/heads/main`, "refs/heads/main"));
    expect(trust("prod-aws-deploy")).toEqual(statement(`${repo}:environment:prod`, "refs/tags/v*"));
  });
});

test("a role has its stack's resources and its stack's state, by the AWS region of the stack's own file", () => {
  const scope = { region: "eu-central-1", accountId: "123456789012", project: "wattlake" };
  for (const stack of ["dev", "prod"])
    for (const kind of ["preview", "deploy"] as const) {
      const Statement = awsRights({ ...scope, stack }, kind);
      expect(bootstrap.get(`${stack}-aws-${kind}-resources`).inputs).toEqual({
        role: `${stack}-aws-${kind}`,
        policy: { Version: "2012-10-17", Statement },
      });
      // What a stack has only by choice is a policy of its own.
      expect(bootstrap.get(`${stack}-aws-${kind}-chosen`).inputs).toEqual({
        policy: { Version: "2012-10-17", Statement: awsChosenRights({ ...scope, stack }, kind) },
      });
    }
  const state = (path: string) => `arn:aws:s3:::state-bucket/.pulumi/${path}`;
  const own = [
    "stacks/wattlake/dev.*",
    "history/wattlake/dev/*",
    "backups/wattlake/dev/*",
    "journal/wattlake/dev/*",
    "locks/organization/wattlake/dev/*",
  ].map(state);
  const read = [
    { Effect: "Allow", Action: ["s3:ListBucket"], Resource: ["arn:aws:s3:::state-bucket"] },
    { Effect: "Allow", Action: ["s3:GetObject"], Resource: [state("meta.yaml"), ...own] },
  ];
  const write = { Effect: "Allow", Action: ["s3:PutObject", "s3:DeleteObject"], Resource: own };
  const decrypt = {
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource: ["arn:aws:kms:eu-central-1:123456789012:key/state-key"],
  };
  const statements = (name: string) => bootstrap.get(name).inputs.policy;
  expect(statements("dev-aws-preview-state")).toEqual({ Version: "2012-10-17", Statement: [...read, decrypt] });
  expect(statements("dev-aws-deploy-state")).toEqual({ Version: "2012-10-17", Statement: [...read, write, decrypt] });
});

describe("Google", () => {
  test("takes tokens of the repository, by its id, of a pull request or of what may deploy the stack", () => {
    const provider = (stack: string) => bootstrap.get(`${stack}-google-provider`).inputs;
    const ofRepository =
      "assertion.repository == 'my-name/my-household-energy' && assertion.repository_id == '123456789'";
    expect(provider("dev")).toEqual({
      workloadIdentityPoolId: "github-dev",
      workloadIdentityPoolProviderId: "github",
      oidc: { issuerUri: `https://${issuer}` },
      attributeMapping: { "google.subject": "assertion.sub" },
      attributeCondition: `${ofRepository} && (assertion.sub == '${repo}:pull_request' || (assertion.sub == '${repo}:ref:refs/heads/main' && assertion.ref == 'refs/heads/main'))`,
    });
    expect(provider("prod").attributeCondition).toBe(
      `${ofRepository} && (assertion.sub == '${repo}:pull_request' || (assertion.sub == '${repo}:environment:prod' && assertion.ref.startsWith('refs/tags/v')))`,
    );
  });

  test("lets each subject be its own account, with its own role in the stack's project", () => {
    const pool = "projects/1/locations/global/workloadIdentityPools/github-prod";
    const subjectOf = { preview: `${repo}:pull_request`, deploy: `${repo}:environment:prod` };
    for (const kind of ["preview", "deploy"] as const) {
      const account = `github-${kind}-prod@wattlake-local.iam.gserviceaccount.com`;
      expect(bootstrap.get(`prod-google-${kind}-sign-in`).inputs).toEqual({
        serviceAccountId: `projects/wattlake-local/serviceAccounts/${account}`,
        role: "roles/iam.workloadIdentityUser",
        member: `principal://iam.googleapis.com/${pool}/subject/${subjectOf[kind]}`,
      });
      expect(bootstrap.get(`prod-google-${kind}-role`).inputs.permissions).toEqual(googleRights(kind));
      expect(bootstrap.get(`prod-google-${kind}-grant`).inputs).toEqual({
        project: "my-household-energy",
        role: `projects/wattlake-local/roles/wattlake_${kind}_prod`,
        member: `serviceAccount:${account}`,
      });
    }
    expect(bootstrap.get("prod-google-grants").inputs.condition).toEqual({
      title: "few-roles",
      expression: "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/bigquery.jobUser'])",
    });
  });
});

test("what the workflows are told fits what they read, and has no key in it", () => {
  const told = access.parse(bootstrap.outputs.access);
  expect(told.stacks.dev?.deploy).toEqual({
    awsRole: "arn:aws:iam::123456789012:role/dev-aws-deploy",
    googleProvider: "projects/1/locations/global/workloadIdentityPools/github-dev/providers/github",
    googleAccount: "github-deploy-dev@wattlake-local.iam.gserviceaccount.com",
  });
  const keyTypes = bootstrap.resources.filter(({ type }) => /accessKey|serviceaccount\/key/i.test(type));
  expect(keyTypes).toEqual([]);
});
