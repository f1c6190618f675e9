/** The table of meter models: what must hold for each, whatever is added later. */
import { type MeterModel, meterModels } from "../../configuration/meter-models";

const models = new Map<string, MeterModel>(Object.entries(meterModels));

test.each([...models])(
  "%s: its name says its profile, and both profiles of a meter are the same hardware",
  (name, model) => {
    const other = models.get(name.endsWith("-mono") ? name.slice(0, -"-mono".length) : `${name}-mono`);
    expect(model.profile).toBe(other && (name.endsWith("-mono") ? "monophase" : "triphase"));
    if (other) expect({ ...model, profile: other.profile }).toEqual(other);
  },
);
