/** What a pull request's comment says of a preview, and what `npm run preview-report` leaves for it. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { previewReport } from "../../tools/workflows/report";

const preview = `Previewing update (dev):
    pulumi:pulumi:Stack: (same)
        + aws:s3/bucket:Bucket: (create)
Resources:
    + 1 to create
    ~ 2 to update
    3 changes. 120 unchanged
`;

test("the totals stand in the heading, the whole preview below it", () => {
  const report = previewReport("dev", preview, 0);
  expect(report.split("\n")[0]).toBe("### Preview of `dev`: + 1 to create, ~ 2 to update, 3 changes. 120 unchanged");
  expect(report).toContain(`\`\`\`\n${preview.trim()}\n\`\`\``);
});

test("a preview that failed says so, unfolded", () => {
  const report = previewReport("prod", "error: could not decrypt\n", 255);
  expect(report).toContain("### Preview of `prod`: the preview failed");
  expect(report).toContain("<details open>");
  expect(report).toContain("error: could not decrypt");
});

test("text cannot leave its block", () => {
  const report = previewReport("dev", "a description with ```` in it", 0);
  expect(report).toContain("`````\na description with ```` in it\n`````");
});

test("two long previews fit into one comment, each with its end", () => {
  const report = previewReport("dev", `${"x".repeat(500_000)}\n${preview}`, 0);
  expect(report.length * 2).toBeLessThan(65_000);
  expect(report).toMatch(/characters are left out/);
  expect(report).toContain("3 changes. 120 unchanged\n```");
});

describe("the command", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "preview-report-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** `npm` is a stand-in that tells its arguments and ends with the code. */
  function run(exitCode: number) {
    const npm = join(directory, "npm");
    writeFileSync(npm, `#!/bin/sh\necho "asked: $*"\necho "Resources:"\necho "    5 unchanged"\nexit ${exitCode}\n`);
    chmodSync(npm, 0o755);
    const { status } = spawnSync(
      process.execPath,
      ["-r", "./local/ts.cjs", "tools/preview-report.ts", "--stack", "dev"],
      {
        cwd: join(__dirname, "..", ".."),
        env: {
          PATH: [directory, process.env.PATH].join(delimiter),
          GITHUB_OUTPUT: join(directory, "output"),
        },
      },
    );
    return { status, output: readFileSync(join(directory, "output"), "utf8") };
  }

  test("previews with a diff and without a link to the state, and leaves the report", () => {
    const { status, output } = run(0);
    expect(status).toBe(0);
    expect(output).toMatch(/^report<<(\S+)\n### Preview of `dev`: 5 unchanged\n.*\n\1\n$/s);
    expect(output).toContain(
      "asked: run --silent preview -- --diff --suppress-permalink --non-interactive --color never --stack dev",
    );
  });

  test("fails with the preview, and still leaves the report", () => {
    const { status, output } = run(3);
    expect(status).toBe(3);
    expect(output).toContain("### Preview of `dev`: the preview failed");
  });
});
