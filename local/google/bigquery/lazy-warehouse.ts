/** A warehouse that is opened when it is first asked for; its own tables are filled then, and again by `refresh`. */
import type { Warehouse } from "../duckdb";

export interface LazyWarehouse {
  get(): Promise<Warehouse>;
  /** Fills its own tables again, where it is open. */
  refresh(): Promise<void>;
  /** Says that its files have changed, where it is open. */
  outdate(): void;
  close(): Promise<void>;
}

export function openLazily(
  open: () => Promise<Warehouse>,
  fill: (warehouse: Warehouse) => Promise<void>,
): LazyWarehouse {
  let opened: Warehouse | undefined;
  let opening: Promise<Warehouse> | undefined;
  let filled = Promise.resolve();
  const refresh = async () => {
    if (opened) filled = fill(opened);
    await filled;
  };
  return {
    get() {
      opening ??= open().then(async (warehouse) => {
        opened = warehouse;
        await refresh();
        return warehouse;
      });
      return opening;
    },
    refresh,
    outdate: () => opened?.outdate(),
    async close() {
      await filled;
      opened?.close();
    },
  };
}
