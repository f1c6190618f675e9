/** Keeps the block of power now up to date: asks the view about once a second, and lets ages grow meanwhile. */
import type { Clock } from "../clock";
import type { Warehouse } from "../cloud";
import { liveBlock } from "./live-block";
import { type ChannelPower, readPower } from "./live-power";
import type { Block, Size } from "./terminal";

const beatMs = 1000;
/** Of the time, asking takes at most a fifth: a slow computer has other work to do. */
const restShare = 4;

export interface Watch {
  readonly warehouse: Pick<Warehouse, "query">;
  readonly clock: Clock;
  readonly block: Block;
  /** Told once of a failure, and again after a success. */
  readonly fail: (error: unknown) => void;
}

/** Begins at the clock's next move; returns what ends it and takes the block away. */
export function watchPower({ warehouse, clock, block, fail }: Watch): () => void {
  let channels: readonly ChannelPower[] = [];
  let asking = false;
  let failing = false;
  let ended = false;
  let restsUntil = clock.now();

  const show = () => {
    const lines = ({ columns, rows }: Size) => liveBlock(channels, clock.now(), { columns, rows: rows - 1 });
    if (!ended) block.show((size) => [{ text: "" }, ...lines(size)]);
  };
  const ask = async () => {
    const began = clock.now();
    asking = true;
    try {
      channels = await readPower(warehouse);
      failing = false;
    } catch (error) {
      if (!failing && !ended) fail(error);
      failing = true;
    }
    asking = false;
    restsUntil = clock.now() + restShare * (clock.now() - began);
    show();
  };
  const beat = () => {
    if (ended) return;
    clock.at(clock.now() + beatMs, beat);
    if (asking || clock.now() < restsUntil) show();
    else return ask();
  };
  clock.at(clock.now(), beat);
  return () => {
    ended = true;
    block.clear();
  };
}
