/** The regions of the two clouds are known, and near each other: everything that is recorded crosses from one to the other. */
import { Region } from "@pulumi/aws";
import { z } from "zod";
import { advice, type Check, edit, fine, mend } from "../check";

/** How the names of regions begin, by part of the world. */
const areas: readonly { readonly area: string; readonly aws: RegExp; readonly google: RegExp }[] = [
  { area: "Europe", aws: /^eu-/, google: /^(europe-|eu$)/i },
  { area: "North America", aws: /^(us|ca|mx)-/, google: /^(us-|northamerica-|us$)/i },
  { area: "South America", aws: /^sa-/, google: /^southamerica-/i },
  { area: "Asia", aws: /^ap-(?!southeast-(2|4|6)$)/, google: /^asia-/i },
  { area: "Australia", aws: /^ap-southeast-(2|4|6)$/, google: /^australia-/i },
  { area: "the Middle East", aws: /^(me|il)-/, google: /^me-/i },
  { area: "Africa", aws: /^af-/, google: /^africa-/i },
];

const warehouse = z.looseObject({ location: z.string().optional() }).default({});

export const regions: Check<"config"> = {
  title: "region pairing",
  needs: ["config"],
  async look({ stack }, { config: { values } }) {
    const region = String(values["aws:region"]);
    const location = warehouse.parse(values["wattlake:warehouse"]).location ?? String(values["gcp:region"]);
    const set = (key: string) => `npm run pulumi -- config set ${key} '<region>' --stack ${stack}`;
    const [from] = areas.filter(({ aws }) => aws.test(region));
    const [to] = areas.filter(({ google }) => google.test(location));
    const known: readonly string[] = Object.values(Region);
    if (!from || !known.includes(region))
      return mend({ sentence: `aws:region is "${region}", which AWS does not have.`, command: set("aws:region") });
    if (!to)
      return mend({
        sentence: `The warehouse's location is "${location}", which BigQuery does not have.`,
        command: edit(stack),
      });
    if (from === to) return fine(`${region} and ${location}, both in ${from.area}`);
    return advice({
      sentence: `The lake would be in ${from.area} (${region}) and the warehouse in ${to.area} (${location}): each copy would go around the world.`,
      command: edit(stack),
    });
  },
};
