/** A distributed map as a definition has it. Whatever local mode would not carry out is refused here by name. */
import { z } from "zod";

const payload = z.record(z.string(), z.json());
const path = z.string().nullable().optional();

export const distributedMapSchema = z.strictObject({
  Type: z.literal("Map"),
  Comment: z.string().optional(),
  InputPath: path,
  ItemReader: z
    .strictObject({
      Resource: z.literal("arn:aws:states:::s3:getObject"),
      ReaderConfig: z.strictObject({ InputType: z.literal("JSON") }),
      Parameters: payload,
    })
    .optional(),
  ItemsPath: z.string().optional(),
  ItemSelector: payload.optional(),
  ItemBatcher: z
    .strictObject({
      MaxItemsPerBatch: z.int().positive().optional(),
      MaxInputBytesPerBatch: z.int().positive().max(262_144).optional(),
    })
    .refine((batcher) => Object.keys(batcher).length > 0, "must limit the items or the bytes of a batch")
    .optional(),
  MaxConcurrency: z.int().nonnegative().optional(),
  ToleratedFailureCount: z.int().nonnegative().optional(),
  ToleratedFailurePercentage: z.number().min(0).max(100).optional(),
  Label: z.string().max(40).optional(),
  ItemProcessor: z.looseObject({
    ProcessorConfig: z.strictObject({
      Mode: z.literal("DISTRIBUTED"),
      // An express child ends after five minutes, which nothing here would show.
      ExecutionType: z.literal("STANDARD"),
    }),
  }),
  ResultSelector: payload.optional(),
  ResultPath: path,
  OutputPath: path,
  Retry: z.array(z.unknown()).optional(),
  Catch: z.array(z.unknown()).optional(),
  Next: z.string().optional(),
  End: z.boolean().optional(),
});

export interface DistributedMap {
  readonly name: string;
  readonly state: z.infer<typeof distributedMapSchema>;
}
