/**
 * The query bench's second floor: the same integral (power held, gaps left out, cut at slot edges, summed by local day) in
 * PostgreSQL, over a table of the same readings. A server of its own on a socket in a temporary folder.
 */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Postgres {
  readonly version: string;
  /** Runs SQL and returns the output of psql; `input` goes to the statement's standard input. */
  run(sql: string, input?: string): string;
  stop(): void;
}

/** Starts PostgreSQL, or returns undefined where Debian's package is not installed. */
export async function startPostgres(): Promise<Postgres | undefined> {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(a) - Number(b)) : [];
  const version = versions.at(-1);
  if (version === undefined) return undefined;
  const bin = (name: string) => join(root, version, "bin", name);
  const directory = mkdtempSync(join(tmpdir(), "wattlake-postgres-"));
  const user = ownUser(directory);
  const data = join(directory, "data");
  execFileSync(bin("initdb"), ["-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"], { ...user, stdio: "ignore" });
  const settings = {
    listen_addresses: "",
    unix_socket_directories: directory,
    shared_buffers: "512MB",
    work_mem: "256MB",
    fsync: "off",
    timezone: "UTC",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(bin("postgres"), ["-D", data, ...options], { ...user, stdio: "ignore" });
  const kill = () => void server.kill("SIGQUIT");
  process.once("exit", kill);
  const psql = ["-h", directory, "-U", "bench", "-d", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1"];
  const run = (sql: string, input = "") =>
    execFileSync(bin("psql"), [...psql, "-c", sql], { encoding: "utf8", input, maxBuffer: 2 ** 26 });
  for (let attempt = 0; !isReady(bin("pg_isready"), directory); attempt++) {
    if (attempt === 100 || server.exitCode !== null)
      throw new Error(`PostgreSQL ${version} did not start in ${directory}`);
    await sleep(100);
  }
  return {
    version: run("SHOW server_version").trim(),
    run,
    stop: () => {
      process.removeListener("exit", kill);
      server.once("exit", () => rmSync(directory, { recursive: true }));
      kill();
    },
  };
}

function isReady(program: string, directory: string): boolean {
  try {
    execFileSync(program, ["-h", directory, "-q"]);
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL refuses to run as root: then it is Debian's own user that runs it. */
function ownUser(directory: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const [uid, gid] = [id("-u"), id("-g")];
  chownSync(directory, uid, gid);
  return { uid, gid };
}

export const createReadings =
  "CREATE UNLOGGED TABLE readings (device text, channel int, ts timestamptz, power_w float8)";
export const copyReadings = "COPY readings FROM STDIN";
export const createDays = "CREATE TABLE days (date date, day_start timestamptz, day_end timestamptz)";
export const copyDays = "COPY days FROM STDIN";

/** Energy by channel and local day. */
export const dailyIntegral = `
WITH intervals AS (
  SELECT device, channel, power_w, ts AS start_ts, LEAD(ts) OVER (PARTITION BY device, channel ORDER BY ts) AS end_ts FROM readings
), covered AS (
  SELECT * FROM intervals WHERE end_ts - start_ts <= INTERVAL '930 s'
), pieces AS (
  SELECT device, channel, power_w, start_ts, end_ts FROM covered
  WHERE date_bin('15 min', start_ts, 'epoch') = date_bin('15 min', end_ts - INTERVAL '1 us', 'epoch')
  UNION ALL
  SELECT device, channel, power_w, GREATEST(start_ts, slot), LEAST(end_ts, slot + INTERVAL '15 min')
  FROM covered, generate_series(date_bin('15 min', start_ts, 'epoch'), end_ts - INTERVAL '1 us', INTERVAL '15 min') AS slot
  WHERE date_bin('15 min', start_ts, 'epoch') <> date_bin('15 min', end_ts - INTERVAL '1 us', 'epoch')
), slots AS (
  SELECT device, channel, date_bin('15 min', start_ts, 'epoch') AS slot,
    SUM(GREATEST(power_w, 0) * EXTRACT(EPOCH FROM end_ts - start_ts)::float8) / 3600 AS import_wh,
    SUM(GREATEST(-power_w, 0) * EXTRACT(EPOCH FROM end_ts - start_ts)::float8) / 3600 AS export_wh
  FROM pieces GROUP BY 1, 2, 3
)
SELECT SUM(import_wh) FROM (
  SELECT s.device, s.channel, d.date, SUM(s.import_wh) AS import_wh, SUM(s.export_wh) AS export_wh
  FROM slots s JOIN days d ON s.slot >= d.day_start AND s.slot < d.day_end GROUP BY 1, 2, 3
) AS daily`;
