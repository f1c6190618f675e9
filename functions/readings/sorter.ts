/** Sorts and merges any number of readings in bounded memory: sorted runs on disk, merged on the way out. */
import { makeLineReader } from "../lake/lines";
import type { Scratch } from "../lake/spool";
import type { ReadingRecord, Records } from "./record";

/** A sorted source of records. `current` is undefined at its end. */
export interface Cursor {
  current: ReadingRecord | undefined;
  /** Moves on; returns a promise only where the next batch must be read first. */
  advance(): Promise<void> | undefined;
}

/** Makes the merge of sorted sources: each `(device, channel, ts)` comes out once, in order. */
export function makeMerge(records: Records) {
  const { compare, absorb } = records;
  const reader = makeLineReader();

  /** Opens a gzip file of lines that is sorted. */
  async function openCursor(path: string, fromLine: (line: string) => ReadingRecord): Promise<Cursor> {
    const batches = reader.ofFile(path);
    let batch: string[] = [];
    let next = 0;
    const cursor: Cursor = {
      current: undefined,
      advance() {
        const line = batch[next];
        if (line === undefined) return refill();
        next++;
        cursor.current = fromLine(line);
        return undefined;
      },
    };
    async function refill(): Promise<void> {
      do {
        const step = await batches.next();
        if (step.done) {
          cursor.current = undefined;
          return;
        }
        batch = step.value;
        next = 0;
      } while (batch.length === 0);
      cursor.current = fromLine(batch[next++] ?? "");
    }
    await refill();
    return cursor;
  }

  /** A binary heap of the cursors that are not at their end, smallest record first. */
  function makeHeap(cursors: Cursor[]) {
    const heap = cursors.filter((cursor) => cursor.current);
    const less = (a: Cursor, b: Cursor) => compare(a.current as ReadingRecord, b.current as ReadingRecord) < 0;
    function sink(at: number): void {
      let i = at;
      for (;;) {
        let smallest = i;
        for (let child = 2 * i + 1; child <= 2 * i + 2 && child < heap.length; child++) {
          if (less(heap[child] as Cursor, heap[smallest] as Cursor)) smallest = child;
        }
        if (smallest === i) return;
        const moved = heap[i] as Cursor;
        heap[i] = heap[smallest] as Cursor;
        heap[smallest] = moved;
        i = smallest;
      }
    }
    for (let i = heap.length >> 1; i >= 0; i--) sink(i);
    return {
      top: () => heap[0],
      /** After the top has moved on. */
      settle() {
        if (!heap[0]?.current) {
          const last = heap.pop();
          if (heap.length > 0 && last) heap[0] = last;
        }
        if (heap.length > 1) sink(0);
      },
    };
  }

  /** Merges sorted cursors; `emit` may return a promise to slow the merge down. */
  async function merge(cursors: Cursor[], emit: (record: ReadingRecord) => Promise<void> | undefined): Promise<void> {
    const heap = makeHeap(cursors);
    let pending: ReadingRecord | undefined;
    for (let top = heap.top(); top?.current; top = heap.top()) {
      const record = top.current;
      const moving = top.advance();
      if (moving) await moving;
      heap.settle();
      if (pending && compare(pending, record) === 0) {
        absorb(pending, record);
        continue;
      }
      if (pending) {
        const waiting = emit(pending);
        if (waiting) await waiting;
      }
      pending = record;
    }
    if (pending) await emit(pending);
  }

  return { openCursor, merge };
}

/** Makes sorters that share one budget of records in memory. */
export function makeSorters(records: Records, scratch: Scratch, budget: number) {
  const { compare, absorb, toStagedLine, fromStagedLine } = records;
  const { openCursor, merge } = makeMerge(records);
  const sorters: { spill(): Promise<void> }[] = [];
  let held = 0;

  /** Sorts in place and merges neighbours of one instant. */
  function condense(buffer: ReadingRecord[]): ReadingRecord[] {
    buffer.sort(compare);
    let last = 0;
    for (let i = 1; i < buffer.length; i++) {
      const record = buffer[i] as ReadingRecord;
      const kept = buffer[last] as ReadingRecord;
      if (compare(kept, record) === 0) absorb(kept, record);
      else buffer[++last] = record;
    }
    buffer.length = buffer.length === 0 ? 0 : last + 1;
    return buffer;
  }

  function cursorOf(buffer: ReadingRecord[]): Cursor {
    let next = 1;
    const cursor: Cursor = {
      current: buffer[0],
      advance() {
        cursor.current = buffer[next++];
        return undefined;
      },
    };
    return cursor;
  }

  function open() {
    const buffer: ReadingRecord[] = [];
    const runs: string[] = [];
    const sorter = {
      /** Takes a record; returns a promise only when the budget is used up and runs must be written. */
      push(record: ReadingRecord): Promise<void> | undefined {
        buffer.push(record);
        return ++held > budget ? spillAll() : undefined;
      },
      async spill(): Promise<void> {
        if (buffer.length === 0) return;
        const run = scratch.openLines(1);
        for (const record of condense(buffer)) {
          const waiting = run.line(toStagedLine(record));
          if (waiting) await waiting;
        }
        buffer.length = 0;
        runs.push((await run.close()).path);
      },
      /** Emits everything, sorted and merged. The sorter is used up by it. */
      async drain(emit: (record: ReadingRecord) => Promise<void> | undefined): Promise<void> {
        const inMemory = cursorOf(condense(buffer));
        const onDisk = await Promise.all(runs.map((path) => openCursor(path, fromStagedLine)));
        await merge([inMemory, ...onDisk], emit);
        buffer.length = 0;
      },
    };
    sorters.push(sorter);
    return sorter;
  }

  async function spillAll(): Promise<void> {
    held = 0;
    for (const sorter of sorters) await sorter.spill();
  }

  return { open };
}
