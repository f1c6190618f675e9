/** Copies of the lake beyond its own bucket: what the program makes of `wattlake:recovery`, and of nothing. */
import { z } from "zod";
import { nameRules } from "../../components/names/limits";
import { inventory, recovery } from "./inventory";
import { type Synthesis, synthesize } from "./synth";

const statement = z.object({ Action: z.array(z.string()), Resource: z.array(z.string()) });
const policyInput = z.object({ policy: z.object({ Statement: z.array(statement) }) });

let without: Synthesis;
let all: Synthesis;
beforeAll(async () => {
  without = await synthesize("dev");
  all = await synthesize("dev", {
    "wattlake:recovery": { replica: { region: "eu-west-1" }, backup: { keepDays: 35, lock: "compliance" } },
  });
});

const countsOf = ({ resources }: Synthesis) => {
  const counts: Record<string, number> = {};
  for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};
const rightsOf = (name: string) =>
  policyInput.parse(all.get("aws:iam/rolePolicy:RolePolicy", `${name}-policy`).inputs).policy.Statement;

test("a stack has none of it unless it says so", () => {
  const changed = Object.entries(countsOf(all)).filter(([type, count]) => countsOf(without)[type] !== count);
  expect(Object.fromEntries(changed)).toEqual({ ...recovery });
  expect(countsOf(without)).toMatchObject({ "aws:s3/bucket:Bucket": inventory["aws:s3/bucket:Bucket"] });
});

test("each type that it adds says how its names may be", () => {
  const types = Object.keys(recovery).filter((type) => type.startsWith("aws:"));
  expect(types.filter((type) => !(type in nameRules))).toEqual([]);
});

test("the copy lies in the other region, with all of its settings, and gets four folders and no deletion", () => {
  const settings = all.resources.filter(({ inputs }) => inputs.bucket === "replica-bucket");
  expect(settings.map(({ type }) => type.split(":")[1])).toEqual(
    expect.arrayContaining(["s3/bucketPublicAccessBlock", "s3/bucketVersioning"]),
  );
  for (const { inputs } of [...settings, all.get("aws:s3/bucket:Bucket", "replica-bucket")])
    expect(inputs.region).toBe("eu-west-1");
  const { inputs } = all.get("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "replica-replication");
  const copied = {
    status: "Enabled",
    deleteMarkerReplication: { status: "Disabled" },
    destination: { bucket: "arn:aws:s3:::replica-bucket" },
  };
  expect(inputs.bucket).toBe("lake-bucket");
  expect(inputs.rules).toEqual(
    ["daily", "archive", "manifests", "reference"].map((id, index) => ({
      id,
      priority: index + 1,
      filter: { prefix: `${id}/` },
      ...copied,
    })),
  );
  const [, read, write] = rightsOf("replica");
  const folders = (bucket: string) =>
    ["daily", "archive", "manifests", "reference"].map((id) => `arn:aws:s3:::${bucket}/${id}/*`);
  expect(read?.Resource).toEqual(folders("lake-bucket"));
  expect(write).toEqual({
    Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
    Resource: folders("replica-bucket"),
  });
});

test("the same region twice is a mistake of the configuration", async () => {
  await expect(synthesize("dev", { "wattlake:recovery": { replica: { region: "eu-central-1" } } })).rejects.toThrow(
    "wattlake:recovery.replica.region is eu-central-1, but must be another region than aws:region.",
  );
});

test("recovery points are kept as long as is said, behind a lock, of the lake alone", () => {
  expect(all.get("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "backup-lock").inputs).toMatchObject({
    minRetentionDays: 35,
    changeableForDays: 3,
  });
  expect(all.get("aws:backup/plan:Plan", "backup-plan").inputs.rules).toMatchObject([
    { lifecycle: { deleteAfter: 35 } },
  ]);
  expect(all.get("aws:backup/selection:Selection", "backup-selection").inputs.resources).toEqual([
    "arn:aws:s3:::lake-bucket",
  ]);
  const unnamed = rightsOf("backup").filter(({ Resource }) => Resource.includes("*"));
  expect(unnamed).toMatchObject([{ Action: ["cloudwatch:GetMetricData", "events:ListRules"] }]);
  // AWS Backup hears of changes through EventBridge.
  expect(all.get("aws:s3/bucketNotification:BucketNotification", "mirror-notification").inputs.eventbridge).toBe(true);
  expect(
    without.get("aws:s3/bucketNotification:BucketNotification", "mirror-notification").inputs.eventbridge,
  ).toBeUndefined();
});

test("the mirror's files come back after they were overwritten or deleted", () => {
  expect(without.get("gcp:storage/bucket:Bucket", "mirror-bucket").inputs).toMatchObject({
    versioning: { enabled: true },
    softDeletePolicy: { retentionDurationSeconds: 604_800 },
    lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
  });
});
