/** Sorts and merges any number of messages in bounded memory: sorted runs on disk, merged on the way out. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { Scratch } from "../lake/spool";
import { type Cursor, type Emit, makeMerge } from "./merge";
import type { Measurement } from "./reading";
import type { RowBlock, Rows } from "./rows";

/** Opens a sorter that holds at most `budget` rows in memory. Disk is used synchronously: it is local and sequential. */
export function makeSorter(rows: Rows, scratch: Scratch, budget: number) {
  const { width, compareChannels, compare, write, copy, absorb, instant, channelNumber } = rows;
  const { merge } = makeMerge(rows);
  /** A global by a name of the factory's own, see docs/architecture.md, The serialized callbacks. */
  const absent = undefined;
  /** Grows to the budget with what comes: most hours are small. */
  let block: RowBlock = new Float64Array(1024 * width);
  let held = 0;
  const runs: { path: string; length: number }[] = [];
  /** Rows of a run that are read at once. */
  const chunkRows = 2048;

  /** Row numbers in file order: channels are ranked once, so that comparing is comparing numbers. */
  function order(): Uint32Array {
    const seen = new Set<number>();
    for (let row = 0; row < held; row++) seen.add(channelNumber(block, row * width));
    const rank: number[] = [];
    [...seen].sort(compareChannels).forEach((channel, position) => {
      rank[channel] = position;
    });
    const ordered = new Uint32Array(held);
    for (let row = 0; row < held; row++) ordered[row] = row;
    return ordered.sort((a, b) => {
      const i = a * width;
      const j = b * width;
      return (
        (rank[channelNumber(block, i)] as number) - (rank[channelNumber(block, j)] as number) ||
        instant(block, i) - instant(block, j)
      );
    });
  }

  /** The rows in memory, in file order; rows of one instant are merged into the first of them. */
  function openMemory(): Cursor {
    const ordered = order();
    let next = 0;
    const cursor: Cursor = {
      block,
      at: 0,
      done: false,
      advance() {
        if (next >= ordered.length) {
          cursor.done = true;
          return absent;
        }
        cursor.at = (ordered[next++] as number) * width;
        while (next < ordered.length && compare(block, cursor.at, block, (ordered[next] as number) * width) === 0) {
          absorb(block, cursor.at, block, (ordered[next++] as number) * width);
        }
        return absent;
      },
    };
    cursor.advance();
    return cursor;
  }

  function openRun(run: { path: string; length: number }): Cursor {
    const file = openSync(run.path, "r");
    const chunk = new Float64Array(chunkRows * width);
    let left = run.length;
    let inChunk = 0;
    const cursor: Cursor = {
      block: chunk,
      at: -width,
      done: false,
      advance() {
        cursor.at += width;
        if (cursor.at < inChunk * width) return absent;
        if (left === 0) {
          cursor.done = true;
          closeSync(file);
          return absent;
        }
        inChunk = left < chunkRows ? left : chunkRows;
        readSync(file, chunk, 0, inChunk * width * chunk.BYTES_PER_ELEMENT, null);
        left -= inChunk;
        cursor.at = 0;
        return absent;
      },
    };
    cursor.advance();
    return cursor;
  }

  function grow(): void {
    const larger = new Float64Array(Math.min(2 * block.length, budget * width));
    larger.set(block);
    block = larger;
  }

  function spill(): void {
    const path = scratch.newPath();
    const file = openSync(path, "w");
    const chunk = new Float64Array(chunkRows * width);
    let inChunk = 0;
    let length = 0;
    function flush(): void {
      writeSync(file, chunk, 0, inChunk * width * chunk.BYTES_PER_ELEMENT);
      inChunk = 0;
    }
    for (const cursor = openMemory(); !cursor.done; cursor.advance()) {
      copy(block, cursor.at, chunk, inChunk * width);
      length++;
      if (++inChunk === chunkRows) flush();
    }
    flush();
    closeSync(file);
    runs.push({ path, length });
    held = 0;
  }

  return {
    /** Takes a message; groups come out one after another. */
    push(group: string, message: Measurement): void {
      if (held === budget) spill();
      if ((held + 1) * width > block.length) grow();
      write(block, held++ * width, group, message);
    },
    /** Emits everything by group and in file order, merged. The sorter is used up by it. */
    drain(emit: Emit): Promise<void> {
      const memory = held > 0 ? [openMemory()] : [];
      return merge([...memory, ...runs.map(openRun)], emit);
    },
  };
}
