/** The account of all messages out of what lies in the lake: each step's own sum, what each hands to the next, and the whole. */
import { gunzipSync } from "node:zlib";
import { dayManifestSchema, hourManifestSchema } from "../../../functions/lake/manifest";
import type { Outcome } from "./pipeline";

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

export interface Account {
  readonly messages: number;
  readonly fannedOut: number;
  readonly readings: number;
  readonly merged: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly ignored: number;
  /** Sentences: where a sum does not close. */
  readonly wrong: string[];
}

export function accountOf({ files, taken }: Pick<Outcome, "files" | "taken">): Account {
  const wrong: string[] = [];
  const close = (what: string, a: number, b: number) => void (a === b || wrong.push(`${what}: ${a} is not ${b}`));
  const text = (path: string) => {
    const bytes = Buffer.from(files[path] ?? "", "base64");
    return (path.endsWith(".gz") && bytes.length > 0 ? gunzipSync(bytes) : bytes).toString();
  };
  const lines = (path: string) => text(path).split("\n").filter(Boolean).length;
  const under = (prefix: string) => Object.keys(files).filter((path) => path.startsWith(`s3/lake-bucket/${prefix}`));

  const hours = under("manifests/hours/").map((path) => hourManifestSchema().parse(JSON.parse(text(path))));
  const ignoredOf = (hour: (typeof hours)[number]) => sum(hour.ignored.map(({ messages }) => messages));
  const staged = new Map<string, number>();
  for (const hour of hours) {
    const out = hour.staged + hour.merged + hour.duplicates + hour.quarantined + ignoredOf(hour);
    close(`hour ${hour.hour}, in and out`, hour.messages + hour.fanned_out, out);
    const inRaw = sum(hour.inputs.map(({ key }) => lines(`s3/lake-bucket/${key}`)));
    close(`hour ${hour.hour}, raw lines`, inRaw, hour.messages);
    for (const { key, site, date, messages, readings } of hour.outputs) {
      close(key, lines(`s3/lake-bucket/${key}`), readings);
      staged.set(`${site}/${date}`, (staged.get(`${site}/${date}`) ?? 0) + messages);
    }
  }
  const days = under("manifests/days/").map((path) => ({
    path,
    day: dayManifestSchema().parse(JSON.parse(text(path))),
  }));
  for (const { path, day } of days) {
    const [, site = "", date = ""] = /site=([^/]+)\/date=([^/]+)/.exec(path) ?? [];
    close(`day ${site} ${date}, in and out`, day.messages + day.carried, day.readings + day.merged + day.duplicates);
    close(`day ${site} ${date}, staged messages`, staged.get(`${site}/${date}`) ?? 0, day.messages);
    close(day.output.key, lines(`s3/lake-bucket/${day.output.key}`), day.readings);
    const mirrored = files[`mirror/mirror-bucket/${day.output.key}`];
    if (mirrored !== files[`s3/lake-bucket/${day.output.key}`]) wrong.push(`${day.output.key}: the mirror has another`);
  }
  const total = {
    messages: sum(hours.map(({ messages }) => messages)),
    fannedOut: sum(hours.map(({ fanned_out }) => fanned_out)),
    readings: sum(days.map(({ day }) => day.readings)),
    merged: sum(days.map(({ day }) => day.merged)),
    duplicates: sum(days.map(({ day }) => day.duplicates)),
    quarantined: sum(hours.map(({ quarantined }) => quarantined)),
    ignored: sum(hours.map(ignoredOf)),
  };
  close("taken by rules, in manifests", taken, total.messages);
  close("archived", sum(under("archive/").map(lines)), total.messages);
  close("in quarantine", sum(under("quarantine/").map(lines)), total.quarantined);
  const out = total.readings + total.merged + total.duplicates + total.quarantined + total.ignored;
  close("from end to end", total.messages + total.fannedOut, out);
  return { ...total, wrong };
}
