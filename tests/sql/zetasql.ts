/**
 * A client of the ZetaSQL reference server (Google's own evaluator of GoogleSQL, in the devDependency
 * `@fivetrandevelopers/zetasql`): evaluates a query over tables whose rows travel with the request.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { Client, credentials, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { z } from "zod";
import type { Parameters } from "../../local/google/duckdb/parameters";
import type { Result } from "../../local/google/duckdb/warehouse";
import type { SqlFunction } from "../../sql/catalog";
import type { Column } from "../../sql/tables";
import { encodeFunction } from "./zetasql-function";
import { analyzerOptions, languageOptions } from "./zetasql-options";
import { decodeColumn, decodeRow, encodeRow, encodeType, encodeValue, type PlainRow } from "./zetasql-values";

/** A table of the catalog with its rows; a field that a row lacks is NULL. */
export interface FixtureTable {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly PlainRow[];
}

export interface ZetaSql {
  /** Evaluates one query. Relations are found under their literal names. @throws ZetaSQL's error, with position. */
  evaluate(sql: string, tables: readonly FixtureTable[], parameters?: readonly TypedParameter[]): Promise<Result>;
  /** Resolves where a statement of any kind is sound. @throws ZetaSQL's error, with position. */
  analyze(sql: string, tables: readonly Pick<FixtureTable, "name" | "columns">[]): Promise<void>;
  close(): void;
}

export interface TypedParameter {
  readonly name: string;
  readonly type: Column["type"];
  readonly value: Parameters[string];
}

const binaries: Readonly<Record<string, string>> = {
  "linux x64": "remote_server.so",
  "linux arm64": "remote_server_arm.so",
  "darwin x64": "remote_server",
  "darwin arm64": "remote_server_arm",
};

const responseSchema = z.object({
  content: z.object({
    tableData: z.object({ row: z.array(z.object({ cell: z.array(z.unknown()).default([]) })).default([]) }).optional(),
  }),
  prepared: z.object({ columns: z.array(z.unknown()).default([]) }),
});

/** Starts the server on a free port of 127.0.0.1. Queries may call `functions`. It ends with `close`, and with the process at the latest. */
export async function startZetaSql(functions: readonly SqlFunction[]): Promise<ZetaSql> {
  const folder = join(dirname(require.resolve("@fivetrandevelopers/zetasql/package.json")), "lib/zetasql");
  const { client, close } = await startServer(folder);
  const call = caller(client, folder);
  const base = z.object({ enabledLanguageFeatures: z.array(z.string()) });
  const language = languageOptions(base.parse(await call("GetLanguageOptions", { maximumFeatures: true })));

  const over = (tables: readonly Pick<FixtureTable, "name" | "columns">[]) => ({
    simpleCatalog: {
      name: "fixture",
      table: tables.map(({ name, columns }, index) => ({
        name,
        serializationId: index + 1,
        column: columns.map((column) => ({ name: column.name, type: encodeType(column) })),
      })),
      customFunction: functions.map(encodeFunction),
      builtinFunctionOptions: { languageOptions: language },
    },
    descriptorPoolList: { definitions: [{ builtin: {} }] },
  });

  return {
    analyze: async (sql, tables) => {
      await call("Analyze", { sqlStatement: sql, options: analyzerOptions(language, []), ...over(tables) });
    },
    evaluate: async (sql, tables, parameters = []) => {
      const request = {
        sql,
        options: analyzerOptions(language, parameters),
        ...over(tables),
        tableContent: Object.fromEntries(
          tables.map(({ name, columns, rows }) => [
            name,
            { tableData: { row: rows.map((row) => ({ cell: encodeRow(row, columns) })) } },
          ]),
        ),
        params: parameters.map(({ name, type, value }) => ({ name, value: encodeValue(value, { name, type }) })),
      };
      const { content, prepared } = responseSchema.parse(await call("EvaluateQuery", request));
      const columns = prepared.columns.map(decodeColumn);
      return { columns, rows: (content.tableData?.row ?? []).map((row) => decodeRow(row.cell, columns)) };
    },
    close,
  };
}

const channelOptions = {
  "grpc.max_send_message_length": -1,
  "grpc.max_receive_message_length": -1,
  // The server listens some time after its start; a second, the default, would be most of the wait for it.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 100,
};

/** A server that answers, however long its start takes, and its client. */
async function startServer(folder: string) {
  for (let ports = 1; ; ports++) {
    const port = await freePort();
    const server = spawnServer(folder, port);
    const client = new Client(`localhost:${port}`, credentials.createInsecure(), channelOptions);
    const stop = () => void server.kill("SIGKILL");
    const close = () => {
      client.close();
      stop();
      process.removeListener("exit", stop);
    };
    process.once("exit", stop);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.once("exit", (code) => reject(new Error(`The ZetaSQL server has ended with ${code}.`)));
        client.waitForReady(Number.POSITIVE_INFINITY, (error) => (error ? reject(error) : resolve()));
      });
      return { client, close };
    } catch (error) {
      close();
      // Another process may have taken the port in the meantime.
      if (ports === 3) throw error;
    }
  }
}

function spawnServer(folder: string, port: number): ChildProcess {
  const machine = `${platform()} ${arch()}`;
  const binary = binaries[machine];
  if (binary === undefined) throw new Error(`ZetaSQL has no server for ${machine}, only for ${Object.keys(binaries)}`);
  // Without the system's time zones the server would die in the middle of a query.
  if (!existsSync("/usr/share/zoneinfo/UTC")) throw new Error("ZetaSQL needs /usr/share/zoneinfo (package tzdata)");
  return spawn(join(folder, binary), ["localhost", String(port)], { stdio: "ignore" });
}

/** A function that calls a method of the service and gives the answer, or rejects with the server's own words. */
function caller(client: Client, folder: string): (method: string, request: object) => Promise<unknown> {
  const definitions = loadSync("local_service.proto", {
    includeDirs: [join(folder, "protos")],
    defaults: false,
    oneofs: true,
    enums: String,
    longs: String,
  });
  const service = definitions["zetasql.local_service.ZetaSqlLocalService"] as ServiceDefinition;
  return (name, request) => {
    const method = service[name];
    if (method === undefined) throw new Error(`the ZetaSQL server has no method ${name}`);
    return new Promise((resolve, reject) =>
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        (error, answer) => (error ? reject(new Error(error.details)) : resolve(answer)),
      ),
    );
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
