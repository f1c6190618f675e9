/** The lake as the callbacks use it, where S3 answers what it answers only now and then. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeScratch } from "../../functions/lake/spool";
import { makeLakeStore } from "../../functions/lake/store";
import { S3Error } from "../../local/aws/s3/errors";
import { type ObjectServer, startObjectServer } from "../../local/aws/s3/server";

const environment = { ...process.env };
let directory: string;
let server: ObjectServer;
/** How many further puts S3 answers with 409, and how many it has seen. */
let conflicts: number;
let puts: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "wattlake-test-"));
  conflicts = 0;
  puts = 0;
  server = await startObjectServer({
    directory,
    authorize({ action }) {
      if (action !== "s3:PutObject") return { allowed: true };
      puts++;
      if (conflicts-- > 0)
        throw new S3Error(409, "ConditionalRequestConflict", "A conflicting operation is under way.");
      return { allowed: true };
    },
  });
  server.createBucket("lake");
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "eu-central-1" };
  Object.assign(process.env, { LAKE_BUCKET: "lake", AWS_ENDPOINT_URL_S3: server.url, ...credentials });
});
afterEach(async () => {
  process.env = { ...environment };
  await server.close();
  rmSync(directory, { recursive: true });
});

test("a file that is too large for one put is put in pieces, and is the same", async () => {
  const scratch = makeScratch();
  const mebibyte = 1024 * 1024;
  try {
    const bytes = Buffer.alloc(11 * mebibyte + 7, "0123456789abcdefghijk");
    const file = scratch.openBytes();
    await file.write(bytes);
    const { putFile, getBytes } = makeLakeStore("", undefined, undefined, {
      wholeBytes: mebibyte,
      pieceBytes: 5 * mebibyte,
    });
    await putFile("archive/x.gz", await file.close(), "application/gzip");
    expect((await getBytes("archive/x.gz")).equals(bytes)).toBe(true);
    // The upload, three pieces, and their end.
    expect(puts).toBe(5);
  } finally {
    scratch.dispose();
  }
});

async function replace(etag: string | undefined): Promise<void> {
  const scratch = makeScratch();
  try {
    const file = scratch.openBytes();
    await file.write(Buffer.from("record"));
    await makeLakeStore().replaceFile("daily/x", await file.close(), "text/plain", etag);
  } finally {
    scratch.dispose();
  }
}

describe("a conditional put", () => {
  test("that collides with another write (409) is tried again, with its whole body", async () => {
    conflicts = 2;
    await replace(undefined);
    expect(puts).toBe(3);
    expect(await makeLakeStore().getText("daily/x")).toBe("record");
  });

  test("that always collides fails by that name, which the state machine tries again", async () => {
    conflicts = Number.POSITIVE_INFINITY;
    await expect(replace(undefined)).rejects.toMatchObject({ name: "ConditionalRequestConflict" });
    expect(puts).toBe(5);
  });

  test("whose condition does not hold (412) is not", async () => {
    await replace(undefined);
    await expect(replace(undefined)).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(puts).toBe(2);
  });
});
