/** Merges any number of sorted sources of rows into one, each channel and instant once, in constant memory. */
import { makeLineReader } from "../lake/lines";
import type { RowBlock, Rows } from "./rows";

/** A sorted source. Its row at hand is `block[at]`, valid until `advance`; at its end `done` is true. */
export interface Cursor {
  block: RowBlock;
  at: number;
  done: boolean;
  /** Moves on; returns a promise only where more must be read first. */
  advance(): Promise<void> | undefined;
}

/** Takes a merged row; it may return a promise to slow the merge down. The row is valid during the call only. */
export type Emit = (block: RowBlock, at: number) => Promise<void> | undefined;

export function makeMerge(rows: Rows) {
  const { width, compare, copy, absorb } = rows;
  const reader = makeLineReader();
  /** A global by a name of the factory's own, see docs/architecture.md, The serialized callbacks. */
  const absent = undefined;

  /** Opens a sorted gzip file of lines. */
  async function openLines(path: string, read: (line: string, block: RowBlock, at: number) => void): Promise<Cursor> {
    const batches = reader.ofFile(path);
    let batch: string[] = [];
    let next = 0;
    const cursor: Cursor = {
      block: new Float64Array(width),
      at: 0,
      done: false,
      advance() {
        const line = batch[next];
        if (line === absent) return refill();
        next++;
        read(line, cursor.block, 0);
        return absent;
      },
    };
    async function refill(): Promise<void> {
      do {
        const step = await batches.next();
        if (step.done) {
          cursor.done = true;
          return;
        }
        batch = step.value;
      } while (batch.length === 0);
      next = 1;
      read(batch[0] as string, cursor.block, 0);
    }
    await refill();
    return cursor;
  }

  /** The cursors that are not at their end, as a binary heap, smallest row first. */
  function makeHeap(cursors: Cursor[]) {
    const heap = cursors.filter((cursor) => !cursor.done);
    function sink(start: number): void {
      let i = start;
      for (;;) {
        let smallest = i;
        for (let child = 2 * i + 1; child <= 2 * i + 2 && child < heap.length; child++) {
          const a = heap[child] as Cursor;
          const b = heap[smallest] as Cursor;
          if (compare(a.block, a.at, b.block, b.at) < 0) smallest = child;
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
      /** Restores the order after the top has moved on. */
      settle(): void {
        if (heap[0]?.done) {
          const last = heap.pop();
          if (heap.length > 0 && last) heap[0] = last;
        }
        if (heap.length > 1) sink(0);
      },
    };
  }

  async function merge(cursors: Cursor[], emit: Emit): Promise<void> {
    const heap = makeHeap(cursors);
    const pending = new Float64Array(width);
    let started = false;
    for (let top = heap.top(); top; top = heap.top()) {
      if (started && compare(pending, 0, top.block, top.at) === 0) absorb(pending, 0, top.block, top.at);
      else {
        if (started) {
          const waiting = emit(pending, 0);
          if (waiting) await waiting;
        }
        copy(top.block, top.at, pending, 0);
        started = true;
      }
      const moving = top.advance();
      if (moving) await moving;
      heap.settle();
    }
    if (started) await emit(pending, 0);
  }

  return { openLines, merge };
}
