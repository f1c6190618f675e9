/** `npm run query`: its command line, its formats, the prompt, and whom it asks. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { createClock } from "../../local/clock";
import { endpointFile, findEndpoint, offerEndpoint } from "../../local/session/endpoint";
import { readCatalog } from "../../sql/catalog";
import { readArguments } from "../../tools/query/arguments";
import { formatAnswer, formatDescriptions } from "../../tools/query/format";
import { openHistory } from "../../tools/query/history";
import { runPrompt } from "../../tools/query/prompt";
import { openSource } from "../../tools/query/sources";
import { listColumns, listViews } from "../../tools/query/views";
import { dataset, project, startGoogle } from "../local/google/google";
import { runProgram } from "../process";
import { layOut, stackConfig, writeLake } from "../sql/lake";

const directory = mkdtempSync(join(tmpdir(), "wattlake-query-"));
const state = join(directory, "state");
beforeAll(async () => {
  const meter = { id: "em", model: "EM", channels: [{ index: 0, name: 'The "grid", all of it', role: "grid" }] };
  const site = { id: "home", timezone: "UTC", currency: "EUR", meters: [meter] };
  const reading = (ts: string) => ({ ts, device: "em", channel: 0, power_w: 1000 });
  const readings = ["12:00:00", "12:05:00", "12:10:00", "12:15:00"].map((time) => reading(`2025-06-02T${time}.000Z`));
  const lake = await layOut(stackConfig([site], "2025-06-01", "2025-06-03"), readings);
  mkdirSync(state);
  writeLake(lake, join(state, "gcs", "mirror-bucket"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const query = (args: readonly string[], typed?: string) => runProgram("tools/query.ts", args, typed);

const mirrorOnly = `Asked the mirror in ${state}: npm start does not run there, so without live readings.\n`;
const energy = "SELECT device, channel_name, import_wh FROM `wattlake.energy_daily` WHERE import_wh > 0";

describe("as a process", () => {
  it("answers with a table, and says whom it asked", async () => {
    expect(await query(["--state", state, energy])).toEqual({
      code: 0,
      out: [
        "device  channel_name           import_wh",
        "------  ---------------------  ---------",
        'em      The "grid", all of it        250',
        "(1 row)\n",
      ].join("\n"),
      err: mirrorOnly,
    });
  });

  it("answers a question of a file as CSV", async () => {
    const file = join(directory, "question.sql");
    writeFileSync(file, `-- A question.\n${energy};\n`);
    expect(await query(["--state", state, "--format", "csv", file])).toEqual({
      code: 0,
      out: 'device,channel_name,import_wh\r\nem,"The ""grid"", all of it",250\n',
      err: mirrorOnly,
    });
  });

  it("reads questions that are piped into the prompt, and goes on after a mistake, whose place it shows", async () => {
    const typed = `SELECT\n  1 AS one,\n  'x' AS text;\nSELECT site, nonsense\n  FROM meters;\n\n${energy}`;
    const { code, out, err } = await query(["--state", state, "--format", "json"], typed);
    expect(JSON.parse(out.replace("]\n[", ","))).toEqual([
      { one: 1, text: "x" },
      { device: "em", channel_name: 'The "grid", all of it', import_wh: 250 },
    ]);
    expect(err).toMatch(
      /^Asked the mirror .*\nReferenced column "nonsense" not found.* at \[1:14\]\n {2}SELECT site, nonsense\n {15}\^\n$/,
    );
    expect(code).toBe(1);
  });

  it("says what to do where nothing was started yet", async () => {
    const none = join(directory, "none");
    expect(await query(["--state", none, "SELECT 1"])).toEqual({
      code: 1,
      out: "",
      err: `${none} holds no mirror yet: fill it with npm start, or name its state folder with --state.\n`,
    });
  });
});

describe("arguments", () => {
  it.each([
    [["--format", "xml"], "--format must be table or csv or json."],
    [["SELECT", "1"], "one question expected, got 2: put it in quotation marks."],
    [["--stack", "prod", "--state", "x"], "--state is no folder of a real dataset."],
    [["--what"], "Unknown option '--what'"],
  ])("%j is refused", (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it("names the stacks that there are", async () => {
    await expect(openSource({ stack: "none" })).rejects.toThrow(/The stack "none" has no file/);
  });
});

describe("formats", () => {
  const answer = {
    columns: [
      { name: "text", type: "STRING" },
      { name: "wh", type: "FLOAT" },
      { name: "list", type: "RECORD" },
    ],
    rows: [
      { text: "a\nb", wh: 0.1 + 0.2, list: [{ x: 1 }] },
      { text: "", wh: -1e-7, list: [] },
      { text: null, wh: null, list: null },
    ],
  };

  it("aligns numbers to the right and shows ten digits of them", () => {
    expect(formatAnswer(answer, "table").split("\n")).toEqual([
      "text     wh  list",
      "----  -----  ---------",
      'a\\nb    0.3  [{"x":1}]',
      "      -1e-7  []",
      "NULL   NULL  NULL",
      "(3 rows)",
    ]);
  });

  it("breaks what a column says to the width of a terminal, below its name and type", () => {
    const list = {
      columns: ["column", "type", "description"].map((name) => ({ name, type: "STRING" })),
      rows: [
        { column: "date", type: "DATE", description: "Local day of the site, and averylongwordthatfitsnowhere." },
        { column: "quality", type: "STRING", description: "How." },
      ],
    };
    expect(formatDescriptions(list, 28).split("\n")).toEqual([
      "date  DATE",
      "    Local day of the site,",
      "    and",
      "    averylongwordthatfitsnowhere.",
      "quality  STRING",
      "    How.",
    ]);
    for (const line of formatDescriptions(listViews(readCatalog()), 60)
      .split("\n")
      .filter((each) => each[0] === " "))
      expect(line.length).toBeLessThan(60);
  });

  it("gives all digits as CSV, and tells NULL from an empty text", () => {
    expect(formatAnswer(answer, "csv")).toBe(
      'text,wh,list\r\n"a\nb",0.30000000000000004,"[{""x"":1}]"\r\n"",-1e-7,[]\r\n,,',
    );
  });

  it("gives JSON that reads back as it was", () => {
    expect(JSON.parse(formatAnswer(answer, "json"))).toEqual(answer.rows);
    expect(formatAnswer({ ...answer, rows: [] }, "json")).toBe("[]");
  });
});

describe("views", () => {
  const catalog = readCatalog();

  it("are listed with their descriptions, those for analysts first", () => {
    const { rows } = listViews(catalog);
    expect(rows).toHaveLength(catalog.views.length);
    const steps = rows.map(({ description }) => String(description).startsWith("Internal step"));
    expect(steps).toEqual([...steps].sort());
    expect(rows).toContainEqual({
      view: "energy_daily",
      description: catalog.views.find(({ name }) => name === "energy_daily")?.description,
    });
    expect(rows.map(({ view }) => view)).toContain("data_quality_between(from_date DATE, to_date DATE)");
  });

  it("show their columns by name", () => {
    expect(listColumns(catalog, "energy_daily").rows[0]).toEqual({
      column: "site",
      type: "STRING",
      description: "The site.",
    });
    expect(() => listColumns(catalog, "nope")).toThrow("There is no view nope.");
  });
});

describe("a running npm start", () => {
  it("is asked through BigQuery's client, and the mirror where it has ended", async () => {
    const google = await startGoogle({ clock: createClock(Date.UTC(2026, 5, 1)) });
    const withdraw = await offerEndpoint(state, { url: google.url, token: google.userToken, project, dataset });
    try {
      expect(statSync(join(state, endpointFile)).mode & 0o777).toBe(0o600);
      const source = await openSource({ state });
      expect(source.about).toBe(`Asked the running npm start of ${state}, its live readings included.`);
      const question =
        "SELECT 1 AS i, 9007199254740993 AS big, 0.5 AS f, 'x' AS s, TRUE AS b, DATE '2025-06-02' AS d, TIMESTAMP '2025-06-02 12:00:00.000001+00' AS ts, [1, 2] AS list, NULL AS nothing";
      const { columns, rows } = await source.ask(question);
      expect(columns.map(({ name }) => name)).toEqual(["i", "big", "f", "s", "b", "d", "ts", "list", "nothing"]);
      expect(rows).toEqual([
        {
          ...{ i: 1, big: "9007199254740993", f: 0.5, s: "x", b: true, d: "2025-06-02" },
          ...{ ts: "2025-06-02T12:00:00.000001Z", list: [1, 2], nothing: null },
        },
      ]);
      const many = await source.ask("SELECT n FROM UNNEST(GENERATE_ARRAY(1, 20001)) AS n ORDER BY n");
      expect([many.rows.length, many.rows.at(-1)]).toEqual([20_001, { n: 20_001 }]);
      expect((await source.ask("SELECT ts FROM live_readings")).rows).toEqual([]);
      await expect(source.ask("SELECT nonsense\nFROM live_readings")).rejects.toThrow(
        /^Referenced column "nonsense" .* at \[1:8\]$/,
      );
    } finally {
      await google.close();
    }
    // The process was killed: its file is still there, and nobody answers.
    expect(await findEndpoint(state)).toBeUndefined();
    await withdraw();
    expect(existsSync(join(state, endpointFile))).toBe(false);
    const source = await openSource({ state });
    expect(source.about).toContain("Asked the mirror");
    source.close();
  });
});

describe("the prompt", () => {
  it("brings earlier lines back, over its end too", async () => {
    const history = openHistory(join(directory, "history", "lines"));
    const prompt = async (...typed: string[]) => {
      const input = new PassThrough();
      const output = new PassThrough().resume();
      const asked: string[] = [];
      const ended = runPrompt({
        ...{ input, output, terminal: true, history: history.read(), onHistory: history.write },
        ask: async (question) => void asked.push(question),
      });
      for (const text of typed) input.write(text);
      input.end();
      await ended;
      return asked;
    };
    const up = "\u001b[A";
    expect(await prompt("SELECT 1;\r", "SELECT\r", "  2;\r", `${up}${up}${up}\r`)).toEqual([
      "SELECT 1;",
      "SELECT\n  2;",
      "SELECT 1;",
    ]);
    expect(await prompt(`${up}\r`, "exit\r", "SELECT 3;\r")).toEqual(["SELECT 1;"]);
  });
});
