/** The end of a database that may be in use: DuckDB crashes the process where a connection goes in the middle of a query. */
export interface Closing {
  /** Does some work before the end. @throws where that has come. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Takes no more work, and ends once nothing is under way. */
  close(): void;
}

export function makeClosing(end: () => void): Closing {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;
  return {
    async during(work) {
      if (isClosed) throw new Error("The warehouse is closed.");
      const done = work();
      underWay.add(done);
      try {
        return await done;
      } finally {
        underWay.delete(done);
        if (isClosed && underWay.size === 0) end();
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      if (underWay.size === 0) end();
    },
  };
}
