/** Distributed maps as local mode carries them out: items, batches, children, failures, and what AWS limits or refuses. */
import { readDefinition } from "../../../local/aws/states/definition";
import { type MapSurroundings, runMap } from "../../../local/aws/states/distributed-map";
import { createHistory } from "../../../local/aws/states/history";

const child = { StartAt: "Child", States: { Child: { Type: "Pass", End: true } } };
const ProcessorConfig = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" };
const mapState = (fields: object) => ({
  ...{ Type: "Map", End: true, ItemsPath: "$.items", ItemProcessor: { ProcessorConfig, ...child } },
  ...fields,
});
const readMap = (fields: object) => {
  const text = JSON.stringify({ StartAt: "M", States: { M: mapState(fields) } });
  const [map] = readDefinition(text, "m").maps;
  if (!map) throw new Error("no map");
  return map;
};
const fromLake = {
  ItemsPath: undefined,
  ItemReader: {
    Resource: "arn:aws:states:::s3:getObject",
    ReaderConfig: { InputType: "JSON" },
    Parameters: { Bucket: "lake", "Key.$": "$.key" },
  },
};

async function run(fields: object, input: Parameters<typeof runMap>[1], around: Partial<MapSurroundings> = {}) {
  const given: unknown[] = [];
  const surroundings: MapSurroundings = {
    readObject: async () => "[]",
    runChild: async (item, index) => {
      given.push(item);
      return index;
    },
    onProgress: () => undefined,
    ...around,
  };
  const result = await runMap(readMap(fields), input, { Execution: { Name: "e" } }, surroundings);
  return { result, given };
}

describe("items", () => {
  test("come from the state, through the selector", async () => {
    const ItemSelector = { "date.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index", "of.$": "$.of" };
    const { result, given } = await run({ ItemSelector }, { items: ["a", "b"], of: 7 });
    expect(given).toEqual([
      { date: "a", at: 0, of: 7 },
      { date: "b", at: 1, of: 7 },
    ]);
    expect(result).toEqual([0, 1]);
  });

  test("come from a JSON list in S3, in batches by number and by bytes", async () => {
    const asked: string[] = [];
    const readObject = async (bucket: string, key: string) => {
      asked.push(`${bucket}/${key}`);
      return JSON.stringify(["a", "b", "c", "d", "x".repeat(200), "e"]);
    };
    const ItemBatcher = { MaxItemsPerBatch: 3, MaxInputBytesPerBatch: 150 };
    const { given } = await run({ ...fromLake, ItemBatcher }, { key: "runs/items.json" }, { readObject });
    expect(asked).toEqual(["lake/runs/items.json"]);
    expect(given).toEqual([
      { Items: ["a", "b", "c"] },
      { Items: ["d"] },
      { Items: ["x".repeat(200)] },
      { Items: ["e"] },
    ]);
  });

  test("that are none end the map with nothing", async () => {
    expect((await run({}, { items: [] })).result).toEqual([]);
  });

  test.each([
    ["no list", async () => "{}", "it is no JSON list"],
    ["no JSON", async () => "[1", "it is no JSON list"],
    ["not there", async () => Promise.reject(Object.assign(new Error("gone"), { name: "NoSuchKey" })), "NoSuchKey"],
  ])("that are %s fail the map", async (_, readObject, reason) => {
    const running = run(fromLake, { key: "k" }, { readObject });
    await expect(running).rejects.toMatchObject({
      name: "States.ItemReaderFailed",
      message: expect.stringContaining(reason),
    });
  });

  test("larger than a child may be given fail the map", async () => {
    await expect(run({}, { items: ["x".repeat(262_144)] })).rejects.toMatchObject({ name: "States.DataLimitExceeded" });
  });
});

describe("a failed child", () => {
  const failing = (bad: readonly number[]) => async (_: unknown, index: number) => {
    if (bad.includes(index)) throw new Error(`${index} broke`);
    return index;
  };
  const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  test("fails the map, unless it is tolerated", async () => {
    const running = run({ MaxConcurrency: 1 }, { items }, { runChild: failing([3]) });
    await expect(running).rejects.toMatchObject({
      name: "States.ExceedToleratedFailureThreshold",
      message: expect.stringContaining("3 broke"),
    });
  });

  test("ends the map: children that have not begun do not begin", async () => {
    let begun = 0;
    const onProgress = (count: number) => {
      begun = count;
    };
    const running = run({ MaxConcurrency: 2 }, { items }, { runChild: failing([0]), onProgress });
    await expect(running).rejects.toThrow();
    expect(begun).toBeLessThan(4);
  });

  test.each([
    [{ ToleratedFailureCount: 2 }, [1, 2], true],
    [{ ToleratedFailureCount: 2 }, [1, 2, 3], false],
    [{ ToleratedFailurePercentage: 20 }, [1, 2], true],
    [{ ToleratedFailurePercentage: 20 }, [1, 2, 3], false],
    [{ ToleratedFailurePercentage: 100, ToleratedFailureCount: 1 }, [1, 2], false],
    [{ ToleratedFailurePercentage: 100 }, items, true],
  ])("%j: %j", async (tolerated, bad, passes) => {
    const running = run({ ...tolerated, MaxConcurrency: 1 }, { items }, { runChild: failing(bad) });
    if (passes) expect((await running).result).toEqual(items.filter((item) => !bad.includes(item)));
    else await expect(running).rejects.toMatchObject({ name: "States.ExceedToleratedFailureThreshold" });
  });
});

test("no more children run at once than the definition says", async () => {
  let [now, most] = [0, 0];
  const runChild = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return null;
  };
  await run({ MaxConcurrency: 3 }, { items: Array.from({ length: 20 }, (_, n) => n) }, { runChild });
  expect(most).toBe(3);
});

test("an execution ends at the 25,000th event of its history, or with a state beyond 256 KB", () => {
  const history = createHistory();
  let aborted = 0;
  const note = (state: { input: unknown; output?: unknown }) =>
    history.note({ type: "StateEntered", state: { name: "A", type: "Pass", ...state } }, () => aborted++);
  for (let event = 2; event < 25_000; event++) note({ input: 1 });
  expect([aborted, history.fault]).toEqual([0, undefined]);
  note({ input: 1 });
  expect(aborted).toBe(1);
  expect(history.fault?.message).toContain("maximum number of history events (25000)");

  const large = createHistory();
  large.note({ type: "StateEntered", state: { name: "A", type: "Pass", input: "x".repeat(262_143) } }, () => aborted++);
  expect(large.fault).toMatchObject({ name: "States.DataLimitExceeded" });
});

test.each([
  [{ ItemsPath: "$.a", ItemReader: fromLake.ItemReader }, "both ItemReader and ItemsPath"],
  [{ ResultWriter: {} }, "ResultWriter"],
  [{ ItemProcessor: { ProcessorConfig: { ...ProcessorConfig, ExecutionType: "EXPRESS" }, ...child } }, "ExecutionType"],
  [{ ItemReader: { ...fromLake.ItemReader, ReaderConfig: { InputType: "CSV" } }, ItemsPath: undefined }, "InputType"],
  [{ ItemBatcher: { MaxInputBytesPerBatch: 300_000 } }, "MaxInputBytesPerBatch"],
  [{ ItemProcessor: { ProcessorConfig, StartAt: "M", States: { M: { Type: "Pass", End: true } } } }, "appears twice"],
])("what is not carried out is refused: %j", (fields, reason) => {
  expect(() => readMap(fields)).toThrow(reason);
});
