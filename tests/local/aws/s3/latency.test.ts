/** The latency that a benchmark asks for: of each request, and of many at once only once. */
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { bucket, openLake } from "./harness";

const latencyMs = 60;
/** A timer may end a little early. */
const least = (requests: number) => requests * (latencyMs - 2);

async function took(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

test("every request is answered that much later, those at once together", async () => {
  const lake = await openLake({ latencyMs });
  try {
    const get = () =>
      lake.s3.send(new GetObjectCommand({ Bucket: bucket, Key: "x" })).then(({ Body }) => Body?.transformToString());
    expect(
      await took(() => lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "x", Body: "1" }))),
    ).toBeGreaterThan(least(1));
    const oneByOne = await took(async () => {
      for (let i = 0; i < 20; i++) expect(await get()).toBe("1");
    });
    expect(oneByOne).toBeGreaterThan(least(20));
    expect(await took(() => Promise.all(Array.from({ length: 20 }, get)))).toBeLessThan(oneByOne);
  } finally {
    await lake.close();
  }
});
