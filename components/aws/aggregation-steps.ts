/** The steps of a run as data: which callback, what of the lake it may touch, and how much it needs. */
import { makeArchiveDay } from "../../functions/archive-day";
import { makeCollectHour } from "../../functions/collect-hour";
import { makeCommitRun } from "../../functions/commit-run";
import { makeCompileDay } from "../../functions/compile-day";
import { makeGatherDays } from "../../functions/gather-days";
import {
  archiveManifestsPrefix,
  checkpointKey,
  dayIndexPrefix,
  prefixes,
  referenceKeys,
} from "../../functions/lake/keys";
import { makeLinkDays } from "../../functions/link-days";
import { makePlanRun } from "../../functions/plan-run";
import type { LakeFunctionArgs } from "./lake-function";
import type { RunFunctions } from "./run-definition";

export type Step = Pick<
  LakeFunctionArgs,
  "description" | "callbackFactory" | "grants" | "memoryMebibytes" | "timeoutSeconds" | "scratchMebibytes"
>;

const { raw, errors, staged, daily, archive, quarantine, manifests, reference, runs } = prefixes;
const hours = `${manifests}hours/`;
const days = `${manifests}days/`;
/** The two files of a local day; `*` also stands for `site=.../date=...`. */
const readings = `${daily}*/readings.jsonl.gz`;
const edges = `${daily}*/edges.jsonl.gz`;
/** What steps hand on, by kind; `*` also stands for `<execution>/<hour>/`. */
const handedOn = (...kinds: string[]) => kinds.map((kind) => `${runs}*/${kind}`);
const within = (...folders: string[]) => folders.map((folder) => `${folder}*`);

export const aggregationSteps: Record<keyof RunFunctions, Step> = {
  planRun: {
    description: "Which arrival hours to collect and which days to archive",
    callbackFactory: makePlanRun,
    grants: {
      list: [...within(raw, errors, archiveManifestsPrefix), checkpointKey],
      read: [checkpointKey],
      write: handedOn("objects/*"),
    },
    memoryMebibytes: 512,
    timeoutSeconds: 300,
  },
  collectHour: {
    description: "Raw messages of an arrival hour to staged readings",
    callbackFactory: makeCollectHour,
    grants: {
      list: within(raw, hours, reference),
      read: [...within(raw, hours, reference), ...handedOn("objects/*")],
      write: [...within(staged, quarantine, hours), ...handedOn("collected/*", "quarantine/*")],
    },
    memoryMebibytes: 512,
    timeoutSeconds: 900,
    scratchMebibytes: 2048,
  },
  gatherDays: {
    description: "The days that the hours of a run touched, and the manifests of hours in parts",
    callbackFactory: makeGatherDays,
    grants: {
      list: within(runs, hours),
      read: [...within(hours), ...handedOn("collected/*", "quarantine/*")],
      write: [...within(hours, quarantine), ...handedOn("touched.json")],
    },
    memoryMebibytes: 512,
    timeoutSeconds: 900,
  },
  compileDay: {
    description: "Staged readings of a local day to its daily file",
    callbackFactory: makeCompileDay,
    grants: {
      list: within(staged, daily, days),
      read: [...within(staged, days), readings],
      write: [...within(days), readings],
    },
    memoryMebibytes: 512,
    timeoutSeconds: 900,
    scratchMebibytes: 2048,
  },
  linkDays: {
    description: "Edges of the local days, from their manifests",
    callbackFactory: makeLinkDays,
    grants: {
      list: within(daily, days, dayIndexPrefix),
      read: [...within(days, dayIndexPrefix), edges, referenceKeys.meters],
      write: [edges, ...within(dayIndexPrefix)],
    },
    memoryMebibytes: 512,
    timeoutSeconds: 900,
  },
  archiveDay: {
    description: "Raw messages of a UTC day to one archive",
    callbackFactory: makeArchiveDay,
    grants: {
      list: within(raw, archive, archiveManifestsPrefix),
      read: within(raw, archive, archiveManifestsPrefix),
      write: within(archive, archiveManifestsPrefix),
      remove: within(raw),
    },
    // A whole processor: of a day of single messages the client's own work is the most.
    memoryMebibytes: 1769,
    timeoutSeconds: 900,
    // All that Lambda has: a day of 10,000 meters is some 5 GB.
    scratchMebibytes: 10_240,
  },
  commitRun: {
    description: "Moves the checkpoint, and tells who is silent and what is missing",
    callbackFactory: makeCommitRun,
    grants: {
      list: [checkpointKey, ...within(staged, reference, days, dayIndexPrefix)],
      read: [checkpointKey, ...within(reference, days, dayIndexPrefix)],
      write: [checkpointKey],
    },
    memoryMebibytes: 256,
    timeoutSeconds: 120,
  },
};
