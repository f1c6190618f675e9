/** The access map: that it is of the program as it is, and that a call takes its right off the list of unused ones. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createIdentities } from "../../local/aws/iam";
import { createGraph, type Graph, loadGraph } from "../../local/program/graph";
import { readStackConfig } from "../../local/program/stack-config";
import { accessMap, awsRights, covers } from "../../tools/access/rights";
import { createRecorder } from "../../tools/access/used";
import { registerDemo } from "../local/clouds";

const root = join(__dirname, "../..");
const graphs = new Map<string, Graph>();
beforeAll(async () => {
  graphs.set("dev", createGraph(await registerDemo()));
  graphs.set("prod", await loadGraph(readStackConfig(root, "prod")));
});
const graphOf = (stack: string): Graph => {
  const graph = graphs.get(stack);
  if (!graph) throw new Error(stack);
  return graph;
};

test.each(["dev", "prod"])("docs/access/%s.txt is current: npm run access", (stack) => {
  const written = readFileSync(join(root, "docs/access", `${stack}.txt`), "utf8");
  expect(written.trimEnd().split("\n")).toEqual(accessMap(graphOf(stack)));
});

test("every policy document of the program is in it, and nobody may everything", () => {
  for (const graph of graphs.values()) {
    const map = accessMap(graph);
    for (const { type, physicalName } of graph.resources)
      if (type === "aws:iam/role:Role" && awsRights(graph).some(({ role }) => role === physicalName))
        expect(map.some((line) => line.startsWith(`${physicalName} may `))).toBe(true);
    expect(map.filter((line) => / may (\*|\w+:\*) /.test(line))).toEqual([]);
    expect(map.filter((line) => /roles\/(owner|editor)\b/.test(line))).toEqual([]);
  }
});

test("a right is unused until a call of its role needs it", () => {
  const graph = graphOf("dev");
  const { onAllowed, unused } = createRecorder(awsRights(graph));
  const identities = createIdentities(graph, onAllowed);
  const before = unused().length;
  const [role] = graph.resources.filter(({ name }) => name === "aggregation-compile-day-role");
  const lambda = {
    service: "lambda.amazonaws.com",
    sourceArn: graph.resources.find(({ name }) => name === "aggregation-compile-day")?.arn,
  };
  const { accessKeyId } = identities.assume(role?.arn ?? "", lambda);
  const call = {
    accessKeyId,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::lake-bucket/staged/site=a/x",
    conditions: {},
  };
  expect(identities.authorize(call)).toEqual({ allowed: true });
  expect(identities.authorize({ ...call, resource: "arn:aws:s3:::lake-bucket/raw/x" })).toMatchObject({
    allowed: false,
  });
  expect(before - unused().length).toBe(1);
  const right = {
    role: "r",
    action: "s3:ListBucket",
    resource: "b",
    conditions: [{ operator: "StringLike", key: "s3:prefix", value: "raw/*" }],
  };
  const listing = (prefix: string) => ({ action: "s3:ListBucket", resource: "b", context: { "s3:prefix": prefix } });
  expect([covers(right, listing("raw/a")), covers(right, listing("daily/a"))]).toEqual([true, false]);
});
