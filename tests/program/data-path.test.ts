/** The data path of the program, synthesized: who may do what, how data is kept, and how it goes from the meters to BigQuery. */
import { z } from "zod";
import { readCatalog, withoutBlocks, withoutLive } from "../../sql/catalog";
import { tariffTables } from "../../sql/tariff-tables";
import { removers, writers } from "./inventory";
import { forEach, synthesizeOther } from "./stacks";
import { type Synthesis, synthesize } from "./synth";

const statement = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Action: z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat()),
  Resource: z.array(z.string()),
  Condition: z.unknown().optional(),
});
const policyInput = z.object({ policy: z.object({ Statement: z.array(statement) }) });
const trustInput = z.object({
  assumeRolePolicy: z.object({
    Statement: z.array(z.object({ Principal: z.unknown(), Condition: z.unknown().optional() })),
  }),
});

let dev: Synthesis;
let other: Synthesis;

beforeAll(async () => {
  dev = await synthesize("dev");
  other = await synthesizeOther();
});

const each = (type: string, check: Parameters<typeof forEach>[2]) => forEach([dev, other], type, check);

describe("identity and access", () => {
  test("no role has a wildcard action, or a resource outside the account's own", () => {
    each("aws:iam/rolePolicy:RolePolicy", ({ name, inputs }) => {
      for (const { Effect, Action, Resource } of policyInput.parse(inputs).policy.Statement) {
        expect([name, Effect]).toEqual([name, "Allow"]);
        expect([name, Action.filter((action) => action.includes("*"))]).toEqual([name, []]);
        expect([name, Resource.filter((resource) => !/^arn:aws:[a-z0-9]+:[^*]*:[^*:]+/.test(resource))]).toEqual([
          name,
          [],
        ]);
      }
    });
  });

  test("a bucket is listed only below a prefix, but for the transfer", () => {
    each("aws:iam/rolePolicy:RolePolicy", ({ name, inputs }) => {
      if (name === "mirror-source-policy") return;
      const listing = policyInput
        .parse(inputs)
        .policy.Statement.filter(({ Action }) => Action.includes("s3:ListBucket"));
      for (const { Condition } of listing) {
        const { StringLike } = z
          .object({ StringLike: z.object({ "s3:prefix": z.array(z.string()) }) })
          .parse(Condition);
        expect(StringLike["s3:prefix"].filter((prefix) => !/^[a-z]+\//.test(prefix))).toEqual([]);
      }
    });
  });

  test("the transfer may ask where the lake is, and list it, on no condition, as documented for the service", () => {
    const bucket = { Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListBucket"] };
    for (const synthesis of [dev, other]) {
      const { inputs } = synthesis.get("aws:iam/rolePolicy:RolePolicy", "mirror-source-policy");
      const { Statement } = policyInput.parse(inputs).policy;
      expect(Statement.filter(({ Action }) => Action.some((action) => bucket.Action.includes(action)))).toEqual([
        { ...bucket, Resource: ["arn:aws:s3:::lake-bucket"] },
      ]);
    }
  });

  test("every role is assumed by one service or identity, on behalf of this account, and has one policy", () => {
    each("aws:iam/role:Role", ({ name, inputs }, { ofType }) => {
      const [trust, ...more] = trustInput.parse(inputs).assumeRolePolicy.Statement;
      expect(more).toEqual([]);
      expect(JSON.stringify(trust?.Principal)).toMatch(/^\{"(Service|Federated)":"[a-z.]+"\}$/);
      const lambda = JSON.stringify(trust?.Principal).includes("lambda.amazonaws.com");
      expect([name, trust?.Condition === undefined]).toEqual([name, lambda]);
      const policies = ofType("aws:iam/rolePolicy:RolePolicy").filter((policy) => policy.inputs.role === name);
      // The ARN of the state machine is known only once it is there, and it needs its role before.
      const ofItself = name === "aggregation-run-role" ? ["aggregation-run-children"] : [];
      expect(policies.map((policy) => policy.name)).toEqual([name.replace(/-role$/, "-policy"), ...ofItself]);
    });
  });

  test("each part of the lake has its one writer", () => {
    const puts = (name: string) =>
      policyInput
        .parse(dev.get("aws:iam/rolePolicy:RolePolicy", `${name}-policy`).inputs)
        .policy.Statement.filter(({ Action }) => Action.includes("s3:PutObject"))
        .flatMap(({ Resource }) => Resource.map((resource) => resource.replace("arn:aws:s3:::lake-bucket/", "")));
    expect(Object.fromEntries(Object.keys(writers).map((name) => [name, puts(name)]))).toEqual(writers);
  });

  test("raw messages that are archived are all that anybody may remove of the lake", () => {
    const removing = dev.ofType("aws:iam/rolePolicy:RolePolicy").flatMap(({ name, inputs }) =>
      policyInput
        .parse(inputs)
        .policy.Statement.filter(({ Action }) => Action.some((action) => action.startsWith("s3:Delete")))
        .map(({ Action, Resource }) => [name, Action, Resource]),
    );
    expect(removing.sort()).toEqual(
      Object.entries(removers).map(([name, keys]) => [
        `${name}-policy`,
        ["s3:DeleteObject"],
        keys.map((key) => `arn:aws:s3:::lake-bucket/${key}`),
      ]),
    );
  });
});

describe("the lake", () => {
  const of = (type: string, synthesis: Synthesis, bucket: string) =>
    synthesis.ofType(`aws:s3/${type}`).filter(({ inputs }) => inputs.bucket === bucket);

  test("every S3 bucket is private, owner-enforced, encrypted, versioned and TLS-only", () => {
    each("aws:s3/bucket:Bucket", ({ name }, synthesis) => {
      const [block] = of("bucketPublicAccessBlock:BucketPublicAccessBlock", synthesis, name);
      expect(block?.inputs).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const [owner] = of("bucketOwnershipControls:BucketOwnershipControls", synthesis, name);
      expect(owner?.inputs.rule).toEqual({ objectOwnership: "BucketOwnerEnforced" });
      const [encryption] = of(
        "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        synthesis,
        name,
      );
      expect(encryption?.inputs.rules).toEqual([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
      const [versioning] = of("bucketVersioning:BucketVersioning", synthesis, name);
      expect(versioning?.inputs.versioningConfiguration).toEqual({ status: "Enabled" });
      const [policy] = of("bucketPolicy:BucketPolicy", synthesis, name);
      expect(policyInput.parse(policy?.inputs).policy.Statement).toContainEqual({
        Effect: "Deny",
        Action: ["s3:*"],
        Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    });
  });

  test("the prefix decides how long an object lives", () => {
    const [lifecycle] = of("bucketLifecycleConfiguration:BucketLifecycleConfiguration", dev, "lake-bucket");
    const rule = z.object({
      filter: z.object({ prefix: z.string() }),
      expiration: z.object({ days: z.number().optional() }).optional(),
      transitions: z.array(z.object({ days: z.number(), storageClass: z.string() })).optional(),
    });
    const lives = z.array(rule).parse(lifecycle?.inputs.rules);
    expect(
      lives.map(({ filter, expiration, transitions }) => [filter.prefix, expiration?.days, transitions?.[0]]),
    ).toEqual([
      // Only what is archived goes: archive-day removes it.
      ["raw/", undefined, undefined],
      ["staged/", 30, undefined],
      ["daily/", undefined, { days: 90, storageClass: "STANDARD_IA" }],
      ["archive/", undefined, { days: 31, storageClass: "GLACIER" }],
      ["quarantine/", 365, undefined],
      ["manifests/", undefined, undefined],
      ["errors/", undefined, undefined],
      ["replayed/", 30, undefined],
      ["runs/", 7, undefined],
      ["drill/", 2, undefined],
      ["", undefined, undefined],
    ]);
    expect(lifecycle?.inputs.transitionDefaultMinimumObjectSize).toBe("varies_by_storage_class");
  });

  test("every queue is encrypted", () => {
    each("aws:sqs/queue:Queue", ({ inputs }) => expect(inputs.sqsManagedSseEnabled).toBe(true));
  });

  test("the reference data is JSON Lines, one for a channel and one for a local day of a time zone", () => {
    const lines = (name: string) =>
      z.string().parse(dev.get("aws:s3/bucketObjectv2:BucketObjectv2", name).inputs.content).trimEnd().split("\n");
    expect(lines("reference-meters").map((line) => JSON.parse(line).channel_name)).toEqual([
      ...["Grid", "Heat pump", "Roof", "Car"],
      ...["Grid", "House"],
    ]);
    expect(lines("reference-zone-days")).toHaveLength(2 * 4383);
  });

  test("the reference data is in the mirror as in the lake, and a transfer finds no difference", () => {
    for (const name of ["meters", "zone-days"]) {
      const { key, content, contentType } = dev.get("aws:s3/bucketObjectv2:BucketObjectv2", `reference-${name}`).inputs;
      expect(dev.get("gcp:storage/bucketObject:BucketObject", `reference-mirrored-${name}`).inputs).toEqual({
        bucket: "mirror-bucket",
        name: key,
        source: content,
        contentType,
      });
    }
    // Megabytes are files, of which the state has no text.
    for (const table of tariffTables) {
      const name = table.name.replaceAll("_", "-");
      const [key] = table.uris;
      const { contentType, ...inputs } = dev.get("aws:s3/bucketObjectv2:BucketObjectv2", `reference-${name}`).inputs;
      expect(inputs).toEqual({ bucket: "lake-bucket", key, source: { path: expect.stringMatching(/\.jsonl\.gz$/) } });
      expect(dev.get("gcp:storage/bucketObject:BucketObject", `reference-mirrored-${name}`).inputs).toEqual({
        ...{ bucket: "mirror-bucket", name: key, source: inputs.source, contentType },
      });
    }
    const { transferSpec } = dev.get("gcp:storage/transferJob:TransferJob", "mirror-job").inputs;
    expect(transferSpec).toMatchObject({ transferOptions: { overwriteWhen: "DIFFERENT" } });
    expect(JSON.stringify(transferSpec)).not.toContain("delete");
  });
});

describe("ingest", () => {
  test("every topic rule has an error action into errors/ and a name that IoT Core takes", () => {
    each("aws:iot/topicRule:TopicRule", ({ inputs }) => {
      const { errorAction, name } = z
        .object({ errorAction: z.object({ s3: z.object({ key: z.string() }) }), name: z.string() })
        .parse(inputs);
      expect(errorAction.s3.key).toMatch(/^errors\/rule=gen[12]\/date=\$\{.+\}\/.*\$\{newuuid\(\)\}\.json$/);
      expect(name).toMatch(/^[A-Za-z0-9_]+$/);
    });
  });

  test("buffered: a line a record, gzip, by arrival hour", () => {
    const rule = dev.get("aws:iot/topicRule:TopicRule", "ingest-gen1").inputs;
    expect(rule.firehoses).toEqual([expect.objectContaining({ deliveryStreamName: "ingest-stream", separator: "\n" })]);
    const stream = dev.get("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "ingest-stream").inputs;
    expect(stream.extendedS3Configuration).toMatchObject({
      bufferingInterval: 300,
      bufferingSize: 5,
      compressionFormat: "GZIP",
      prefix: "raw/date=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
      cloudwatchLoggingOptions: { enabled: true, logGroupName: "ingest-stream-logs" },
    });
  });

  test("direct: an object a message, by arrival hour", () => {
    const rule = other.get("aws:iot/topicRule:TopicRule", "ingest-gen2").inputs;
    expect(rule.firehoses).toBeUndefined();
    const day = `\${parse_time('yyyy-MM-dd', timestamp(), 'UTC')}`;
    const hour = `\${parse_time('HH', timestamp(), 'UTC')}`;
    expect(rule.s3).toEqual([
      {
        bucketName: "lake-bucket",
        roleArn: expect.stringContaining(":role/ingest-role"),
        key: `raw/date=${day}/hour=${hour}/\${timestamp()}-\${newuuid()}.json`,
      },
    ]);
  });
});

describe("Google Cloud", () => {
  test("every bucket is private and has uniform access", () => {
    each("gcp:storage/bucket:Bucket", ({ inputs }) =>
      expect(inputs).toMatchObject({ uniformBucketLevelAccess: true, publicAccessPrevention: "enforced" }),
    );
  });

  test("the mirror takes the record, its manifests and the reference data, by event or by the hour", () => {
    const job = (synthesis: Synthesis) => synthesis.get("gcp:storage/transferJob:TransferJob", "mirror-job").inputs;
    const copied = ["daily/", "manifests/days/", "manifests/hours/", "reference/"];
    expect(job(dev)).toMatchObject({
      eventStream: { name: expect.stringMatching(/^arn:aws:sqs:.*:mirror-events$/) },
      transferSpec: {
        awsS3DataSource: { bucketName: "lake-bucket", roleArn: expect.stringContaining(":role/mirror-source-role") },
        gcsDataSink: { bucketName: "mirror-bucket" },
        objectConditions: { includePrefixes: copied },
      },
    });
    const { queues } = dev.get("aws:s3/bucketNotification:BucketNotification", "mirror-notification").inputs;
    expect(
      z
        .array(z.object({ filterPrefix: z.string() }))
        .parse(queues)
        .map((each) => each.filterPrefix),
    ).toEqual(copied);
    expect(job(other)).toMatchObject({
      schedule: { scheduleStartDate: { year: 2025, month: 1, day: 1 }, repeatInterval: "3600s" },
      transferSpec: { objectConditions: { includePrefixes: copied } },
    });
    expect(job(other).eventStream).toBeUndefined();
  });

  test("what no event tells of is compared once a day, by the same specification", () => {
    const jobs = dev.ofType("gcp:storage/transferJob:TransferJob").map(({ inputs }) => inputs);
    const [daily, ...more] = jobs.filter(({ schedule }) => schedule !== undefined);
    expect(more).toEqual([]);
    expect(daily).toMatchObject({ status: "ENABLED", schedule: { repeatInterval: "86400s" } });
    expect(jobs.map(({ transferSpec }) => transferSpec)).toEqual([daily?.transferSpec, daily?.transferSpec]);
    expect(dev.outputs.mirrorJob).toBe("transferJobs/mirror-comparison");
    expect(other.outputs.mirrorJob).toBe("transferJobs/mirror-job");
  });

  test("mirror and dataset lie together", () => {
    const location = (synthesis: Synthesis) => [
      synthesis.get("gcp:storage/bucket:Bucket", "mirror-bucket").inputs.location,
      synthesis.get("gcp:bigquery/dataset:Dataset", "warehouse-dataset").inputs.location,
    ];
    expect(location(dev)).toEqual(["europe-west3", "europe-west3"]);
    expect(location(other)).toEqual(["EU", "EU"]);
  });

  test("every external table has its schema and hive keys where BigQuery looks for them", () => {
    for (const { name, description, uris, hive, columns } of readCatalog().tables) {
      const { inputs } = dev.get("gcp:bigquery/table:Table", `warehouse-${name}`);
      const external = z.record(z.string(), z.unknown()).parse(inputs.externalDataConfiguration);
      expect(inputs).toMatchObject({ tableId: name, description, deletionProtection: false });
      expect(inputs.schema).toBeUndefined();
      expect(JSON.parse(z.string().parse(external.schema))).toEqual(columns);
      expect(external.sourceUris).toEqual(uris.map((path) => `gs://mirror-bucket/${path}`));
      const keys = hive?.keys.map((key) => `{${key.name}:${key.type}}`).join("/");
      expect(external.hivePartitioningOptions).toEqual(
        hive && { mode: "CUSTOM", sourceUriPrefix: `gs://mirror-bucket/${hive.prefix}${keys}` },
      );
    }
  });

  test("every view is standard SQL over the configured dataset, described column by column", () => {
    const { views } = withoutBlocks(withoutLive(readCatalog()));
    for (const { name, columns, parameters } of views.filter((view) => view.parameters.length === 0)) {
      expect(parameters).toEqual([]);
      const { inputs } = other.get("gcp:bigquery/table:Table", `warehouse-${name}`);
      const view = z.object({ query: z.string(), useLegacySql: z.literal(false) }).parse(inputs.view);
      expect(view.query).toContain("`wattlake-demo.energy.");
      expect(view.query).not.toContain("`wattlake.");
      expect(JSON.parse(z.string().parse(inputs.schema))).toEqual(columns);
    }
  });

  test("every function is SQL of typed parameters, each described, and views call it by its full name", () => {
    const { functions } = readCatalog();
    expect(functions).not.toEqual([]);
    const queries = other
      .ofType("gcp:bigquery/table:Table")
      .flatMap(
        ({ inputs }) => z.object({ view: z.object({ query: z.string() }) }).safeParse(inputs).data?.view.query ?? [],
      );
    for (const { name, type, description, parameters, sql } of functions) {
      const { inputs } = other.get("gcp:bigquery/routine:Routine", `warehouse-${name}`);
      expect(inputs).toEqual({
        datasetId: "energy",
        routineId: name,
        routineType: "SCALAR_FUNCTION",
        language: "SQL",
        description: expect.stringContaining(description),
        arguments: parameters.map((each) => ({ name: each.name, dataType: `{"typeKind":"${each.type}"}` })),
        returnType: `{"typeKind":"${type}"}`,
        definitionBody: sql,
      });
      for (const parameter of parameters) expect(inputs.description).toContain(parameter.description);
      expect(queries.some((query) => query.includes(`\`wattlake-demo.energy.${name}\`(`))).toBe(true);
    }
  });

  test("BigQuery tells the steps from the views for analysts by their description", () => {
    const description = (name: string) => other.get("gcp:bigquery/table:Table", `warehouse-${name}`).inputs.description;
    expect(description("intervals")).toMatch(/^Internal step: The time from each reading to the next/);
    expect(description("energy_slots")).toMatch(/^The best estimate of energy/);
  });
});
