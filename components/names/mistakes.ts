/** Which names are too long or have a character that their service does not take, and what to do about it. */
import type { NameRule } from "./limits";

/** A name that something of the stack will have. */
export interface Named {
  readonly rule: NameRule;
  /** What has it, beside the kind: the logical name. */
  readonly of: string;
  readonly name: string;
  /** How often the stack's name is in it. */
  readonly stacks: number;
}

/** A sentence a mistake; none is the aim. */
export function nameMistakes(all: readonly Named[], stack: string): string[] {
  const tooLong = all.filter(({ name, rule }) => name.length > rule.limit);
  const curable = tooLong.filter((each) => longestStack(each, stack) > 0);
  const others = tooLong.filter((each) => !curable.includes(each));
  const foreign = all.find(({ name, rule }) => !rule.allowed.test(name));
  return [
    ...(curable.length > 0 ? [stackTooLong(all, stack)] : []),
    ...others.map((each) => `${describe(each)}: shorten the id that it is named after.`),
    ...(foreign ? [`${titleOf(foreign)} would be "${foreign.name}", but takes only ${foreign.rule.words}.`] : []),
  ];
}

/** Of all names the one that leaves a stack's name the least room says how long it may be. */
function stackTooLong(all: readonly Named[], stack: string): string {
  const rooms = all
    .map((each) => ({ each, room: longestStack(each, stack) }))
    .filter(({ room }) => room > 0)
    .sort((a, b) => a.room - b.room);
  const [tightest] = rooms;
  if (!tightest) throw new Error("no name has the stack's in it");
  return (
    `The stack's name "${stack}" has ${stack.length} characters, but with this configuration ${tightest.room} is the ` +
    `most: ${describe(tightest.each)}.`
  );
}

/** Characters of the longest stack's name with which the name fits; infinite where it is not in it. */
export function longestStack({ name, rule, stacks }: Named, stack: string): number {
  const rest = name.length - stacks * stack.length;
  if (stacks === 0) return rest > rule.limit ? 0 : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((rule.limit - rest) / stacks));
}

const titleOf = ({ rule, of }: Named) => `the ${rule.what} of ${of}`.replace(/^t/, "T");

const describe = (named: Named) =>
  `the ${named.rule.what} of ${named.of} would have ${named.name.length} characters and may have ${named.rule.limit}`;
