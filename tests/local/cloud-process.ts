/** A local cloud in a process of its own, for the test that kills it: takes what to start, tells where its broker is. */
import { z } from "zod";
import { openCloud } from "./clouds";

const request = z.object({
  resources: z.custom<Parameters<typeof openCloud>[0]>(Array.isArray),
  directory: z.string(),
  start: z.number(),
});

process.once("message", (message) => {
  const { resources, directory, start } = request.parse(message);
  openCloud(resources, directory, start).then(
    ({ cloud }) => process.send?.(cloud.broker.url),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.once("disconnect", () => process.exit());
