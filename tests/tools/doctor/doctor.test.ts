/** `npm run doctor`: what it says of accounts that are ready, half ready, or not there. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsRows, passedTo } from "../../../bootstrap/aws-rights";
import { googleRows } from "../../../bootstrap/google-rights";
import { createAwsCalls } from "../../../tools/doctor/calls/aws-calls";
import { edit, type Patient } from "../../../tools/doctor/check";
import { checks } from "../../../tools/doctor/checks";
import { neededApis } from "../../../tools/doctor/checks/google-apis";
import { examine, exitCodeOf } from "../../../tools/doctor/examine";
import { linesOf, verdictOf } from "../../../tools/doctor/report";
import {
  type Asked,
  type AwsAnswer,
  awsError,
  awsTransport,
  disabled,
  forbidden,
  googleCalls,
  pulumi,
  resourcesOf,
  role,
  simulate,
  wellAws,
} from "./clouds";

const root = join(__dirname, "../../..");
const scope = { region: "eu-central-1", accountId: "123456789012", project: "wattlake", stack: "prod" };
const everyType = [...Object.keys(awsRows(scope)), ...Object.keys(googleRows)];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "doctor-"));
  cpSync(join(root, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
  writeStack("secretsprovider: awskms://alias/wattlake-bootstrap-main?region=eu-central-1\n");
});
afterEach(() => rmSync(directory, { recursive: true }));

function writeStack(head: string, change: (text: string) => string = (text) => text) {
  writeFileSync(
    join(directory, "Pulumi.prod.yaml"),
    head + change(readFileSync(join(root, "Pulumi.prod.yaml"), "utf8")),
  );
}

/** All is well, but for the changes. */
const patientWith = (
  changes: Partial<Patient> = {},
  aws: Record<string, AwsAnswer> = {},
  asked: Asked[] = [],
): Patient => ({
  stack: "prod",
  directory,
  aws: createAwsCalls(awsTransport({ ...wellAws("prod"), ...aws }, asked)),
  google: googleCalls(),
  pulumi,
  environment: { PULUMI_BACKEND_URL: "s3://state?region=eu-central-1" },
  registerResources: async () => resourcesOf(everyType),
  ...changes,
});

async function told(patient: Patient) {
  const all = await examine(checks, patient);
  const found = all.filter(({ outcome }) => outcome.kind !== "fine");
  return {
    code: exitCodeOf(all),
    lines: found.flatMap(linesOf).map((line) => line.trim().replace(/ {2,}/g, " ")),
    all,
  };
}

test("says that nothing stands in the way where all is well", async () => {
  const { code, lines, all } = await told(patientWith());
  expect([code, lines]).toEqual([0, []]);
  expect(verdictOf(all)).toBe("Nothing stands in the way of `npm run up`.");
});

describe("on AWS", () => {
  test("asks IAM every call of the rights, for the role with its path, and each service that a role is passed to", async () => {
    const asked: Asked[] = [];
    await told(patientWith({}, {}, asked));
    const simulations = asked
      .filter(({ action }) => action === "SimulatePrincipalPolicy")
      .map(({ parameters }) => parameters);
    expect(new Set(simulations.map((each) => each.get("PolicySourceArn")))).toEqual(new Set([role]));
    const actions = simulations.flatMap((each) => [...each].filter(([key]) => key.startsWith("ActionNames")));
    const needed = Object.values(awsRows(scope))
      .flat()
      .flatMap(({ read, write }) => [...read, ...write]);
    expect(new Set(actions.map(([, action]) => action))).toEqual(new Set(needed));
    const passed = simulations.filter((each) => each.get("ActionNames.member.1") === "iam:PassRole");
    expect(passed.map((each) => each.get("ContextEntries.member.1.ContextKeyValues.member.1"))).toContain(
      "iot.amazonaws.com",
    );
    expect(passed).toHaveLength(passedTo.length);
  });

  test("asks for the calls of certificates before there is one", async () => {
    const asked: Asked[] = [];
    const registerResources = async () => resourcesOf(["aws:iot/thing:Thing"]);
    await told(patientWith({ registerResources }, {}, asked));
    expect(asked.flatMap(({ parameters }) => [...parameters.values()])).toContain("iot:CreateCertificateFromCsr");
  });

  test("names the calls that are not allowed", async () => {
    const aws = { SimulatePrincipalPolicy: simulate("prod", ["sqs:CreateQueue", "iot:CreateThing"]) };
    expect(await told(patientWith({}, aws))).toMatchObject({
      code: 1,
      lines: [
        `mend AWS permissions ${role} may not call iot:CreateThing, sqs:CreateQueue.`,
        "$ npm run pulumi -- -C bootstrap up",
      ],
    });
  });

  test("says where IAM may not be asked, and that this is not all", async () => {
    const aws = {
      SimulatePrincipalPolicy: awsError("AccessDenied", "not authorized to perform: iam:SimulatePrincipalPolicy"),
    };
    const { code, lines } = await told(patientWith({}, aws));
    expect(code).toBe(2);
    expect(lines).toEqual([
      expect.stringMatching(/^- AWS permissions .* may not ask IAM \(iam:SimulatePrincipalPolicy, iam:GetRole\)$/),
    ]);
  });

  test.each([
    ["ExpiredToken", "mend AWS account The AWS credentials have expired.", "$ aws sso login"],
    [
      "InvalidClientTokenId",
      "mend AWS account AWS does not take these credentials in eu-central-1: the region is off in the account, or they are no longer valid.",
      "$ aws account enable-region --region-name eu-central-1",
    ],
  ])("tells what %s means, and makes no check that needs the account", async (error, sentence, command) => {
    const { code, lines } = await told(
      patientWith({}, { GetCallerIdentity: awsError(error, "The security token is not right") }),
    );
    expect(code).toBe(1);
    expect(lines).toEqual([sentence, command, "- AWS permissions not looked at: this needs an AWS account"]);
  });
});

describe("on Google Cloud", () => {
  const of = async (google: Patient["google"]) => (await told(patientWith({ google }))).lines;

  test("names the APIs that are off, in one command", async () => {
    expect(await of(googleCalls({ off: ["storagetransfer.googleapis.com", "iam.googleapis.com"] }))).toEqual([
      'mend Google Cloud APIs These APIs are off in the project "my-household-energy": iam.googleapis.com, storagetransfer.googleapis.com.',
      "$ gcloud services enable iam.googleapis.com storagetransfer.googleapis.com --project my-household-energy",
    ]);
  });

  test("names the permissions that are missing", async () => {
    const without = ["bigquery.datasets.create", "resourcemanager.projects.setIamPolicy"];
    const [sentence] = await of(googleCalls({ without }));
    expect(sentence).toBe(
      `mend Google Cloud permissions These credentials lack ${without.join(", ")} in the project "my-household-energy".`,
    );
  });

  test("without billing, says how to link an account", async () => {
    const answers = {
      "cloudbilling.googleapis.com": { status: 200, body: { name: "", projectId: "", billingEnabled: false } },
    };
    expect(await of(googleCalls({ answers }))).toEqual([
      'mend Google Cloud billing Billing is off in the project "my-household-energy".',
      expect.stringMatching(/^\$ gcloud billing projects link my-household-energy /),
    ]);
  });

  test("with the API off that Pulumi asks first, names this one and looks no further", async () => {
    const answers = { "cloudresourcemanager.googleapis.com": disabled("cloudresourcemanager.googleapis.com") };
    const lines = await of(googleCalls({ answers }));
    expect(lines.slice(0, 2)).toEqual([
      "mend Google Cloud project The API cloudresourcemanager.googleapis.com is off, and Pulumi asks it which others are on.",
      "$ gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com --project my-household-energy",
    ]);
    expect(lines.slice(2)).toEqual(
      ["billing", "APIs", "permissions"].map(
        (each) => `- Google Cloud ${each} not looked at: this needs a Google Cloud project`,
      ),
    );
  });

  test("a project that is not there, or not to be seen, is told as such", async () => {
    const [sentence] = await of(googleCalls({ answers: { "cloudresourcemanager.googleapis.com": forbidden } }));
    expect(sentence).toMatch(/"my-household-energy" does not exist, or these credentials may not see it\.$/);
  });

  test("knows the API behind every type of the program", () => {
    expect(neededApis(resourcesOf(everyType))).toContain("bigquery.googleapis.com");
    expect(() => neededApis(resourcesOf(["gcp:pubsub/topic:Topic"]))).toThrow(
      "which API is behind gcp:pubsub/topic:Topic",
    );
  });
});

describe("of the stack", () => {
  test("tells every mistake of the configuration, and makes no check that needs it", async () => {
    writeStack("", (text) => text.replace("schedule: hourly", "schedule: weekly").replace(/ +gcp:region: .*\n/, ""));
    const { code, lines } = await told(patientWith());
    expect(code).toBe(1);
    expect(lines.slice(0, 4)).toEqual([
      "mend stack configuration gcp:region is missing in Pulumi.prod.yaml.",
      "$ npm run pulumi -- config set gcp:region '<region>' --stack prod",
      'wattlake:aggregation.schedule is "weekly", but must be one of "hourly", "daily".',
      `$ ${edit("prod")}`,
    ]);
    expect(lines).toContain("- region pairing not looked at: this needs a stack configuration without mistakes");
  });

  test("has a file that is no YAML edited, and never copied over", async () => {
    writeStack("", (text) => text.replace("schedule: hourly", "schedule: { hourly"));
    const { lines } = await told(patientWith());
    expect(lines[0]).toMatch(/^mend stack configuration Pulumi\.prod\.yaml, line \d+, column \d+: /);
    expect(lines[1]).toBe(`$ ${edit("prod")}`);
  });

  test("hands on what the program itself refuses", async () => {
    const refused = 'The stack\'s name "prod" has 4 characters, but with this configuration 3 is the most: ...';
    const { lines } = await told(patientWith({ registerResources: () => Promise.reject(new Error(refused)) }));
    expect(lines.slice(0, 2)).toEqual([
      `mend program and names ${refused}`,
      "$ npm run pulumi -- stack rename <name> --stack prod",
    ]);
  });

  test.each([
    [
      "us-east-1",
      "better region pairing The lake would be in North America (us-east-1) and the warehouse in Europe (europe-west3): each copy would go around the world.",
    ],
    ["eu-centrl-1", 'mend region pairing aws:region is "eu-centrl-1", which AWS does not have.'],
  ])("looks at the pairing of %s", async (region, sentence) => {
    writeStack("secretsprovider: awskms://alias/x\n", (text) => text.replace("eu-central-1", region));
    const aws = { SimulatePrincipalPolicy: awsError("AccessDenied", "no") };
    expect((await told(patientWith({}, aws))).lines[0]).toBe(sentence);
  });

  test("asks for a backend, and for a key of its secrets", async () => {
    const nobody = { ...pulumi, backend: async () => undefined };
    const none = await told(patientWith({ environment: {}, pulumi: nobody }));
    expect(none.lines[0]).toMatch(/^mend state backend No state backend is named/);
    writeStack("encryptionsalt: v1:abc\n");
    const passphrase = await told(patientWith());
    expect(passphrase.code).toBe(0);
    expect(passphrase.lines[0]).toBe(
      "better state backend The secrets of prod are kept under a passphrase, which somebody can lose.",
    );
  });
});

describe("the command", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["-r", "./local/ts.cjs", "tools/doctor.ts", ...args], {
      cwd: root,
      encoding: "utf8",
      // No account: neither keys, nor profiles, nor a machine that lends its identity.
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        AWS_EC2_METADATA_DISABLED: "true",
        METADATA_SERVER_DETECTION: "none",
      },
    });

  test("without any account says so of both clouds, and what to do", () => {
    const { status, stdout } = run("--stack", "dev");
    expect(stdout).toMatch(/^ok +program and names/m);
    expect(stdout).toMatch(/^mend +AWS account +No AWS account can be reached: .*\n +\$ aws configure sso/m);
    expect(stdout).toMatch(
      /^mend +Google Cloud project +No Google Cloud project can be reached: .*\n +\$ gcloud auth/m,
    );
    expect(stdout).toMatch(/4 of 11 checks could not be made\.\n$/);
    expect(status).toBe(1);
  });

  test("explains itself, and refuses what it does not know", () => {
    expect(run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("It changes nothing.") });
    expect(run("--stak", "dev")).toMatchObject({ status: 64, stderr: expect.stringContaining("Unknown option") });
  });
});
