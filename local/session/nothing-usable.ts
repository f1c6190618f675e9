/** Why nothing of a capture became a reading, in one sentence: told by what became of most of its messages. */
import type { StackConfig } from "../../config";
import type { Outcome, Published } from "./account";
import { thousands } from "./steps";

type Calendar = StackConfig["warehouse"]["calendar"];

export interface Described {
  /** The stack's file. */
  readonly file: string;
  readonly calendar: Calendar;
  /** Ids of the configured meters. */
  readonly meters: readonly string[];
}

/** What a message becomes that tells something: a duplicate is one of a reading. */
const usable: readonly Outcome["outcome"][] = ["reading", "merged", "duplicate"];

/** Undefined where there are readings, or where a configured meter spoke under a topic that no rule takes: then all is told. */
export function nothingUsable(
  published: Published,
  outcomes: readonly Outcome[],
  described: Described,
): string | undefined {
  if (outcomes.some(({ outcome, messages }) => usable.includes(outcome) && messages > 0)) return undefined;
  const untaken = published.untaken();
  const most = outcomes.find(({ reason }) => reason !== null);
  if (most === undefined) {
    const isConfigured = untaken.some(({ topic }) => topic.split("/").some((part) => described.meters.includes(part)));
    if (isConfigured) return undefined;
    return `Nothing of this capture can be used: no rule takes its topics (the first is ${untaken[0]?.topic}); rules take ${published.topicFilters.join(" and ")}.`;
  }
  return `Nothing of this capture can be used: ${because(most, outcomes, described)}.`;
}

function because(most: Outcome, outcomes: readonly Outcome[], { file, calendar }: Described): string {
  switch (most.reason) {
    case "unknown_meter": {
      const devices = outcomes.flatMap(({ reason, device }) => (reason === most.reason && device ? [device] : []));
      return `its messages come from ${devices.join(", ")}, which ${file} does not have among its meters`;
    }
    case "outside_calendar":
      return `its messages lie outside the calendar of ${file}, ${calendar.from} to ${calendar.to} (wattlake:warehouse)`;
    default:
      return `of most of its messages (${thousands(most.messages)}) the reason is ${most.reason}, and they are ${most.outcome}`;
  }
}
