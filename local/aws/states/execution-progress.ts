/** Turns the event log of an execution into progress that a person can read. */

/** A state was entered (`done` 0), or one more item of a map is finished. */
export interface Progress {
  readonly state: string;
  readonly done: number;
  /** Items of the map that have begun; undefined outside of a map. */
  readonly begun: number | undefined;
}

interface Event {
  readonly type: string;
  readonly state?: { readonly name: string; readonly type: string; readonly input: unknown; readonly output?: unknown };
  readonly parentState?: { readonly name: string };
  readonly index?: number;
}

/** Resolves when the execution's log ends; `onEvent` hears everything. */
export async function watchProgress(
  events: AsyncIterable<Event>,
  onProgress: (progress: Progress) => void,
  onEvent: (event: Event) => void = () => undefined,
): Promise<void> {
  const maps = new Map<string, { done: number; begun: number }>();
  for await (const event of events) {
    onEvent(event);
    const { type, state, parentState, index } = event;
    if (type === "StateEntered" && state && index === undefined) {
      maps.delete(state.name);
      onProgress({ state: state.name, done: 0, begun: undefined });
    }
    if (!parentState) continue;
    const counts = maps.get(parentState.name) ?? { done: 0, begun: 0 };
    maps.set(parentState.name, counts);
    if (type === "MapIterationStarted") counts.begun++;
    if (type === "MapIterationSucceeded" || type === "MapIterationFailed") {
      counts.done++;
      onProgress({ state: parentState.name, ...counts });
    }
  }
}
