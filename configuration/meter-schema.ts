/** A site's meters and what each of their channels measures. */
import { z } from "zod";
import { crossCheckMeter } from "./cross-checks";
import { about, block, listOf, name, oneOf } from "./kinds";
import { label } from "./labels";
import { type ModelName, meterModels } from "./meter-models";
import { duration } from "./quantities";
import { channelRoles, roleNames } from "./roles";
import { placeTime } from "./time-in-place";
import { must, mustBeOneOf } from "./wording";

const models = Object.keys(meterModels).filter((key): key is ModelName => key in meterModels);
const positive = roleNames.map((role) => `\`${role}\`: ${channelRoles[role]}`).join("; ");

export function meterSchema() {
  return block({
    id: name(/^[A-Za-z0-9:_-]+$/, 128, 'the meter\'s MQTT name: letters, digits, ":", "_" and "-"').meta(
      about("The name under which the meter publishes, and that of its thing at AWS.", "shellyemg3-0cb815fc9d38"),
    ),
    model: z.enum(models, mustBeOneOf(models)).meta(about("What the meter is.", "EMG3")),
    from: placeTime()
      .meta(about("When it came into place: a site's figures ask for it from then on only.", "2025-06-02", "always"))
      .optional(),
    until: placeTime()
      .meta(about("When it left. A meter that is replaced stays in the configuration.", "2035-06-30", "still there"))
      .optional(),
    connection: oneOf(["bridge", "direct"])
      .meta(
        about(
          "How the meter reaches AWS: itself with its own certificate, or through a bridge on the local network.",
          "direct",
          "`bridge` for a Gen1 model, which has no TLS, otherwise `direct`",
        ),
      )
      .optional(),
    integration: oneOf(["hold", "trapezoid"])
      .meta(
        about(
          "How power behaves between two readings: it stays (`hold`, for a meter that reports on change) or goes straight from one to the next.",
          "hold",
        ),
      )
      .default("hold"),
    maxGap: duration("1 s", "24 h", "930 s")
      .meta(about("A longer time between two readings is a gap: counted, never integrated.", "5 m"))
      .default("930 s"),
    silence: duration("2 h", "720 h", "24 h")
      .meta(
        about(
          "With `alerts`, a meter that tells nothing for longer than this is told of, until it is heard again or has left.",
          "48 h",
        ),
      )
      .default("24 h"),
    channels: listOf(channelSchema(), "channel").meta(about("What the meter measures, a block a channel.")),
  })
    .superRefine(crossCheckMeter)
    .transform(({ connection, ...meter }) => ({
      ...meter,
      connection: connection ?? (meterModels[meter.model].generation === 1 ? ("bridge" as const) : ("direct" as const)),
    }));
}

function channelSchema() {
  const index = must("the channel's number, from 0");
  const power = must("a power in W above 0");
  return block({
    index: z.int(index).min(0, index).meta(about("Its number at the meter.", 0)),
    name: label().meta(
      about("What tables and charts call it; no other channel of the site has it at the same time.", "Roof"),
    ),
    role: oneOf(roleNames).meta(about(`What it measures, which also says what is positive: ${positive}.`, "solar")),
    from: placeTime()
      .meta(about("When the clamp came to this place.", "2025-06-02", "as of the meter"))
      .optional(),
    until: placeTime()
      .meta(about("When it left it.", "2035-06-30", "as of the meter"))
      .optional(),
    maxPower: z
      .number(power)
      .positive(power)
      .meta(
        about(
          "The most that the connection can carry, W; a reading above 1.2 times it is not believed.",
          6000,
          "what the model's clamp measures",
        ),
      )
      .optional(),
  });
}
