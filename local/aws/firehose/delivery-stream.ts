/**
 * Carries out a `aws.kinesis.FirehoseDeliveryStream` with its own buffering hints: a record is on disk before it is
 * accepted, and an object is put when the first record is `bufferingInterval` old or the buffer reaches `bufferingSize`.
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { z } from "zod";
import type { Timer } from "../../clock";
import { oneAfterAnother } from "../../in-turn";
import type { Graph, Resource } from "../../program/graph";
import { uuidOf } from "../../program/ids";
import { formatTime } from "../../time-pattern";
import type { World } from "../../world";
import { createHistory } from "../cloudwatch";
import { createS3Objects } from "../s3";
import { openBuffers, type RecordBuffer } from "./firehose-buffer";

export interface DeliveryStream {
  readonly name: string;
  readonly arn: string;
  /**
   * Accepts a record. It outlives this process when this returns, and a power cut when it resolves: not where the clock is
   * ahead of or behind the world's, whose messages somebody can send again, and a thousand times as fast.
   */
  put(record: Buffer): Promise<void>;
  /** Delivers everything now, whatever the hints say. Rejects with the first object that cannot be put. */
  flush(): Promise<void>;
  close(): void;
}

export interface DeliveryStreamOptions
  extends Pick<World, "identities" | "clock" | "s3Endpoint">,
    Partial<Pick<World, "cloudWatch">> {
  readonly directory: string;
  /** Called when a delivery fails; the buffer is kept and tried again after another interval. */
  readonly onFailure: (error: unknown) => void;
}

const streamInputs = z.object({
  destination: z.literal("extended_s3"),
  extendedS3Configuration: z.object({
    bucketArn: z.string().regex(/^arn:aws:s3:::/),
    roleArn: z.string(),
    /** s */
    bufferingInterval: z.int().min(0).max(900).default(300),
    /** MiB */
    bufferingSize: z.int().min(1).max(128).default(5),
    compressionFormat: z.enum(["UNCOMPRESSED", "GZIP"]).default("UNCOMPRESSED"),
    prefix: z.string().default(""),
    fileExtension: z.string().optional(),
    customTimeZone: z.string().default("UTC"),
  }),
});
type StreamResource = Resource<z.infer<typeof streamInputs>>;

export function openDeliveryStreams(graph: Graph, options: DeliveryStreamOptions): readonly DeliveryStream[] {
  return graph
    .all("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", streamInputs)
    .map((resource) => openDeliveryStream(resource, options));
}

function openDeliveryStream(
  { physicalName, arn = "", inputs }: StreamResource,
  options: DeliveryStreamOptions,
): DeliveryStream {
  const { clock, identities } = options;
  const { bucketArn, roleArn, ...hints } = inputs.extendedS3Configuration;
  const principal = { service: "firehose.amazonaws.com", sourceArn: arn };
  const writer = createS3Objects(options.s3Endpoint, identities.assume(roleArn, principal));
  const bucket = bucketArn.replace("arn:aws:s3:::", "");
  const buffers = openBuffers(options.directory, physicalName);
  let current: { readonly buffer: RecordBuffer; readonly timer: Timer } | undefined;
  const history = createHistory(clock, () => buffers.existing()[0]?.firstArrival);
  options.cloudWatch?.level(
    {
      namespace: "AWS/Firehose",
      metricName: "DeliveryToS3.DataFreshness",
      dimensions: { DeliveryStreamName: physicalName },
    },
    (at) => {
      const oldest = history.at(at);
      return oldest === undefined ? undefined : (at - oldest) / 1000;
    },
  );
  const counter = (metricName: string) =>
    options.cloudWatch?.counter({
      namespace: "AWS/Firehose",
      metricName,
      dimensions: { DeliveryStreamName: physicalName },
    });
  const [incoming, delivered] = [counter("IncomingRecords"), counter("DeliveryToS3.Success")];
  // Deliveries follow one another, so that their order never depends on the speed of a put.
  const inTurn = oneAfterAnother();

  const deliver = async (buffer: RecordBuffer) => {
    if (buffer.removed()) return;
    const content = buffer.read();
    const body = hints.compressionFormat === "GZIP" ? await promisify(gzip)(content) : content;
    try {
      await writer.put(bucket, objectKey(physicalName, hints, buffer.firstArrival, content), body);
      delivered?.(1);
    } catch (error) {
      delivered?.(0);
      throw error;
    }
    history.beforeChange();
    buffer.remove();
  };
  const enqueue = (buffer: RecordBuffer) => inTurn(() => deliver(buffer));
  const retryLater = (buffer: RecordBuffer) => {
    clock.at(clock.now() + hints.bufferingInterval * 1000, () => attempt(buffer));
  };
  const attempt = (buffer: RecordBuffer) =>
    enqueue(buffer).catch((error: unknown) => {
      retryLater(buffer);
      options.onFailure(error);
    });
  const closeCurrent = () => {
    const closing = current?.buffer;
    current?.timer.cancel();
    current = undefined;
    return closing;
  };
  const dueAt = (buffer: RecordBuffer) => buffer.firstArrival + hints.bufferingInterval * 1000;
  const open = () => {
    history.beforeChange();
    const buffer = buffers.create(clock.now());
    const timer = clock.at(dueAt(buffer), () => {
      if (current?.buffer === buffer) closeCurrent();
      return attempt(buffer);
    });
    return { buffer, timer };
  };

  // What an earlier process accepted and did not deliver.
  for (const buffer of buffers.existing()) clock.at(dueAt(buffer), () => attempt(buffer));

  return {
    name: physicalName,
    arn,
    async put(record) {
      current ??= open();
      const { buffer } = current;
      buffer.append(record);
      incoming?.(1);
      if (buffer.size() >= hints.bufferingSize * 2 ** 20) {
        closeCurrent();
        void attempt(buffer);
      }
      if (clock.isReal?.()) await buffer.sync();
    },
    async flush() {
      closeCurrent();
      await inTurn(async () => undefined);
      for (const buffer of buffers.existing()) await enqueue(buffer);
    },
    close() {
      writer.close();
      buffers.close();
    },
  };
}

type Hints = Omit<z.infer<typeof streamInputs>["extendedS3Configuration"], "bucketArn" | "roleArn">;

/** `<prefix><stream>-<version>-<time of the first record>-<uuid>`; the uuid is of the content, so a repeated put repeats it. */
function objectKey(stream: string, hints: Hints, firstArrival: number, content: Buffer): string {
  const prefix = hints.prefix.replaceAll(/!\{timestamp:([^}]*)\}/g, (_, pattern: string) =>
    formatTime(pattern, firstArrival, hints.customTimeZone),
  );
  if (/!\{/.test(prefix))
    throw new Error(`The prefix "${hints.prefix}" of ${stream} has an expression that is not known.`);
  const folder = prefix === hints.prefix ? `${prefix}${formatTime("yyyy/MM/dd/HH/", firstArrival)}` : prefix;
  const extension = hints.fileExtension ?? (hints.compressionFormat === "GZIP" ? ".gz" : "");
  return `${folder}${stream}-1-${formatTime("yyyy-MM-dd-HH-mm-ss", firstArrival)}-${uuidOf(content)}${extension}`;
}
