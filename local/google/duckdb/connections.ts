/** Connections for questions: DuckDB answers one at a time on each, so a short one has its own beside a long one. */
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** Each question that is computed takes memory of its own. */
const atOnce = 3;

export interface Connections {
  /** Does some work with a connection that nothing else uses meanwhile. */
  using<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Once nothing uses them. */
  close(): void;
}

export function makeConnections(instance: DuckDBInstance): Connections {
  const opened: DuckDBConnection[] = [];
  const free: DuckDBConnection[] = [];
  const waiting: ((connection: DuckDBConnection) => void)[] = [];
  let count = 0;

  const take = async (): Promise<DuckDBConnection> => {
    const known = free.pop();
    if (known) return known;
    if (count >= atOnce) return new Promise((resolve) => waiting.push(resolve));
    count++;
    try {
      const connection = await instance.connect();
      opened.push(connection);
      return connection;
    } catch (error) {
      count--;
      throw error;
    }
  };
  const giveBack = (connection: DuckDBConnection) => {
    const next = waiting.shift();
    if (next) next(connection);
    else free.push(connection);
  };
  return {
    async using(work) {
      const connection = await take();
      try {
        return await work(connection);
      } finally {
        giveBack(connection);
      }
    },
    close() {
      for (const connection of opened) connection.closeSync();
    },
  };
}
