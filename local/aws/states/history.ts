/**
 * What Step Functions counts and limits of one execution: the size of what its states are given and give, and the events
 * of its history. A fault is kept until the execution has ended, because the interpreter tells of a state afterwards.
 */

/** AWS ends an execution whose state is larger than this. */
export const largestStateBytes = 262_144;
/** AWS ends a standard execution whose history is longer. */
const mostEvents = 25_000;

/** What an execution came to, its children's apart. */
export interface Account {
  /** Billed ones: each state that is entered, each retry, each child of a distributed map. */
  transitions: number;
  events: number;
  /** The largest input or output of a state. */
  largestBytes: number;
}

interface Event {
  readonly type: string;
  readonly state?: { readonly name: string; readonly type: string; readonly input: unknown; readonly output?: unknown };
}

export interface History {
  readonly account: Account;
  /** What AWS would have ended the execution with. */
  readonly fault: Error | undefined;
  /** Counts an event of the interpreter; `abort` is called where AWS would end the execution. */
  note(event: Event, abort: () => void): void;
  /** A call of a function: scheduled, started, ended. A map's run: started, ended. */
  add(events: number, transitions?: number): void;
}

export function createHistory(): History {
  // ExecutionStarted, and how it ended.
  const account: Account = { transitions: 0, events: 2, largestBytes: 0 };
  let fault: Error | undefined;
  function measure(name: string, value: unknown): void {
    const bytes = bytesOf(value);
    account.largestBytes = Math.max(account.largestBytes, bytes);
    if (bytes > largestStateBytes) fault ??= tooLarge(name, bytes);
  }
  return {
    account,
    get fault() {
      return fault;
    },
    note({ type, state }, abort) {
      account.events++;
      if (type === "StateEntered" || type === "StateRetried") account.transitions++;
      if (type === "StateEntered" && state) measure(state.name, state.input);
      if (type === "StateExited" && state) measure(state.name, state.output);
      if (account.events > mostEvents)
        fault ??= named(
          "States.Runtime",
          `The execution reached the maximum number of history events (${mostEvents}).`,
        );
      if (fault) abort();
    },
    add(events, transitions = 0) {
      account.events += events;
      account.transitions += transitions;
    },
  };
}

export const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? "");

export const tooLarge = (state: string, bytes: number) =>
  named("States.DataLimitExceeded", `The state "${state}" passes ${bytes} bytes; the limit is ${largestStateBytes}.`);

export const named = (name: string, message: string) => Object.assign(new Error(message), { name });
