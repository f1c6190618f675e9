/** What BigQuery refuses of views that nest too deep, local mode refuses at its start. */
import { z } from "zod";
import type { Registered } from "../../../local/program/graph";
import { readCatalog, renderView } from "../../../sql/catalog";
import { makeDirectories, openCloud, registerDemo } from "../clouds";

const directories = makeDirectories();
afterAll(directories.removeAll);

it("names the view, and how deep it stands", async () => {
  const plain = new Map(readCatalog().views.map((view) => [view.name, renderView(view, "wattlake-demo.wattlake")]));
  const asWritten = (await registerDemo()).map((resource): Registered => {
    const inputs = z.looseObject({ tableId: z.string(), view: z.object({}) }).safeParse(resource.inputs).data;
    const query = inputs && plain.get(inputs.tableId);
    return query === undefined
      ? resource
      : { ...resource, inputs: { ...inputs, view: { query, useLegacySql: false } } };
  });
  await expect(openCloud(asWritten, directories.make(), Date.UTC(2025, 5, 3))).rejects.toThrow(
    /^BigQuery refuses \w+: it stands on 1[6-9] levels of views, and 15 are allowed\.$/,
  );
});
