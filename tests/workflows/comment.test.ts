/** The step that writes the previews into the pull request, run as the runner runs it, with a stand-in of `gh`. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { readWorkflow } from "./rules";

const preview = readWorkflow(readFileSync(join(__dirname, "..", "..", ".github", "workflows", "preview.yml"), "utf8"));

test("one comment, updated where it is there, with both reports as they are", () => {
  const directory = mkdtempSync(join(tmpdir(), "comment-"));
  try {
    const gh = join(directory, "gh");
    writeFileSync(gh, `#!/bin/sh\nprintf '%s\\n' "$@" > "${directory}/asked"\ncat > "${directory}/body"\n`);
    chmodSync(gh, 0o755);
    const [script = ""] = preview.jobs.comment?.steps.map(({ run }) => run ?? "") ?? [];
    // A report is text and nothing else, whatever a description holds.
    const reports = { DEV: "### dev `$(exit 9)` %s", PROD: "### prod $HOME" };
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      encoding: "utf8",
      env: {
        PATH: [directory, process.env.PATH].join(delimiter),
        PULL_REQUEST: "7",
        GITHUB_REPOSITORY: "me/home",
        HEAD: "abc",
        ...reports,
      },
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(readFileSync(join(directory, "asked"), "utf8").trim().split("\n")).toEqual(
      "pr comment 7 --repo me/home --edit-last --create-if-none --body-file -".split(" "),
    );
    expect(readFileSync(join(directory, "body"), "utf8")).toBe(
      "### dev `$(exit 9)` %s\n\n### prod $HOME\n\nOf commit abc.\n\n",
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("the job that may write to the pull request checks nothing out and installs nothing", () => {
  const steps = preview.jobs.comment?.steps ?? [];
  expect(steps).toHaveLength(1);
  expect(steps[0]?.run).not.toMatch(/npm|npx|node|git /);
});
