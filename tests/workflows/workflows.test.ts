/** The workflows of this repository keep to the rules, and the rules notice when they do not. */
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseBootstrap } from "../../bootstrap/config";
import { type Access, deployRef, subjects } from "../../bootstrap/subjects";
import { readStackConfig } from "../../local/program/stack-config";
import { scripts } from "../../package.json";
import { eventsOf, faultsOf, type Job, readWorkflow, type Surroundings } from "./rules";

const project = join(__dirname, "..", "..");
const folder = join(project, ".github", "workflows");
const files = readdirSync(folder).sort();
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");

const isExecutable = (path: string) => {
  accessSync(join(project, path), constants.X_OK);
  return path;
};
const surroundings: Surroundings = {
  npmScripts: Object.keys(scripts),
  stacks: readdirSync(project).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []),
  executables: [isExecutable(".ci/run")],
};

test("there are these workflows, and each keeps to the rules", () => {
  expect(files).toEqual(["ci.yml", "deploy.yml", "preview.yml"]);
  for (const file of files) expect([file, faultsOf(textOf(file), surroundings)]).toEqual([file, []]);
});

describe("the rules notice", () => {
  /** The workflow's text with one place changed; the place must be there. */
  const changed = (file: string, from: string | RegExp, to: string) => {
    const text = textOf(file);
    const broken = text.replace(from, () => to);
    expect(broken).not.toBe(text);
    return faultsOf(broken, surroundings).join("\n");
  };
  const expression = (text: string) => `$\{{ ${text} }}`;
  const sha = "0123456789abcdef0123456789abcdef01234567";
  const uses = (action: string) => `      - uses: ${action}\n      - name: Install`;

  test.each<[string, string, string | RegExp, string, RegExp]>([
    ["a key that no workflow has", "ci.yml", "    steps:", "    stepss:", /is no workflow/],
    ["pull_request_target", "preview.yml", "on: pull_request", "on: pull_request_target", /pull_request_target/],
    ["rights of all jobs", "ci.yml", "permissions: {}", "permissions: { contents: read }", /permissions: \{\}/],
    [
      "a job without its own rights",
      "ci.yml",
      /\n {4}permissions:\n {6}contents: read/,
      "",
      /no permissions of its own/,
    ],
    ["a right to push", "ci.yml", "contents: read", "contents: write", /may write contents/],
    [
      "an identity beside the comment",
      "preview.yml",
      "id-token: write",
      "id-token: write\n      pull-requests: write",
      /has an identity and writes/,
    ],
    [
      "no guard against forks",
      "preview.yml",
      /github\.event\.pull_request\.head\.repo\.full_name == github\.repository && /,
      "",
      /gives forks an identity/,
    ],
    [
      "a secret",
      "deploy.yml",
      expression("vars.WATTLAKE_ACCESS"),
      expression("secrets.WATTLAKE_ACCESS"),
      /takes the secret WATTLAKE_ACCESS/,
    ],
    [
      "a secret by its index",
      "deploy.yml",
      expression("vars.WATTLAKE_ACCESS"),
      expression("secrets['KEY']"),
      /takes the secret KEY/,
    ],
    [
      "a long-lived key",
      "deploy.yml",
      "WATTLAKE_ACCESS:",
      "AWS_SECRET_ACCESS_KEY: abc\n      WATTLAKE_ACCESS:",
      /long-lived key/,
    ],
    ["an action by its tag", "preview.yml", "      - name: Install", uses("actions/setup-node@v6"), /does not pin/],
    [
      "an action by a short commit",
      "preview.yml",
      "      - name: Install",
      uses(`actions/setup-node@${sha.slice(1)} # v6.0.0`),
      /does not pin/,
    ],
    [
      "a commit that nobody can read",
      "preview.yml",
      "      - name: Install",
      uses(`actions/setup-node@${sha}`),
      /does not pin/,
    ],
    [
      "an expression in a script",
      "preview.yml",
      'gh pr comment "$PULL_REQUEST"',
      `gh pr comment ${expression("github.event.number")}`,
      /expression in a script/,
    ],
    [
      "a script that is not there",
      "preview.yml",
      "npm run preview-report",
      "npm run preview-reports",
      /npm run preview-reports/,
    ],
    ["a stack that is not there", "deploy.yml", "--stack prod", "--stack production", /the stack production/],
    ["a program that is not there", "ci.yml", "run: .ci/run", "run: .ci/check", /runs \.ci\/check/],
    ["a deployment of a pull request", "preview.yml", "--access preview", "--access deploy", /nobody has merged/],
    ["a link to the state", "deploy.yml", " --suppress-permalink", "", /signed address of the state/],
    ["an image that changes", "ci.yml", "ubuntu-24.04", "ubuntu-latest", /image that changes/],
    ["no limit of time", "ci.yml", /\n {4}timeout-minutes: 60/, "", /run for hours/],
  ])("%s", (_, file, from, to, message) => {
    expect(changed(file, from, to)).toMatch(message);
  });

  test("and take an action that is pinned by its commit", () => {
    expect(changed("preview.yml", "      - name: Install", uses(`actions/setup-node@${sha} # v6.0.0`))).toBe("");
  });
});

describe("the workflows and the bootstrap agree:", () => {
  const { values } = readStackConfig(join(project, "bootstrap"), "main");
  const { repository, deploys } = parseBootstrap({
    repository: values["wattlake-bootstrap:repository"],
    deploys: values["wattlake-bootstrap:deploys"],
  });
  const signsIn = (job: Job, access: Access) =>
    job.steps.flatMap(
      ({ run }) => new RegExp(`sign-in -- --stack (\\S+) --access ${access}`).exec(run ?? "")?.[1] ?? [],
    );
  const jobsOf = (file: string) => Object.entries(readWorkflow(textOf(file)).jobs);

  test("each stack is previewed by a run with a pull request's subject", () => {
    expect(eventsOf(readWorkflow(textOf("preview.yml")))).toEqual(["pull_request"]);
    const previewed = jobsOf("preview.yml").flatMap(([, job]) =>
      signsIn(job, "preview").map((stack) => ({ stack, job })),
    );
    expect(previewed.map(({ stack }) => stack).sort()).toEqual(Object.keys(deploys).sort());
    // With an environment the subject would be the environment's.
    for (const { job } of previewed) expect(job.environment).toBeUndefined();
  });

  test("each stack is deployed by a run whose subject and ref its roles trust, after the checks", () => {
    const deployed = new Map(
      jobsOf("deploy.yml").flatMap(([, job]) => signsIn(job, "deploy").map((stack) => [stack, job] as const)),
    );
    expect([...deployed.keys()].sort()).toEqual(Object.keys(deploys).sort());
    for (const [stack, from] of Object.entries(deploys)) {
      const job = deployed.get(stack);
      const ref = deployRef(from);
      const context = job?.environment === undefined ? `ref:${ref}` : `environment:${job.environment}`;
      expect(`repo:${repository}:${context}`).toBe(subjects(repository, from).deploy);
      const condition = ref.endsWith("*") ? `startsWith(github.ref, '${ref.slice(0, -1)}')` : `github.ref == '${ref}'`;
      expect(job?.if).toContain(condition);
      expect(job?.needs).toBe("check");
    }
    expect(readWorkflow(textOf("deploy.yml")).on).toEqual({ push: { branches: ["main"], tags: ["v*"] } });
  });
});
