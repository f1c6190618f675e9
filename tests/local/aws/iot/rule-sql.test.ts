/** The rule SQL of local mode against what AWS documents for version 2016-03-23. */

import { type Parsed, parseOnce } from "../../../../local/aws/iot/rules/rule-expression";
import { compileRule, compileTemplate, matchesTopic } from "../../../../local/aws/iot/rules/rule-sql";

function message(payload: string | Buffer, topic = "shellies/shellyem-A/emeter/0/power"): Parsed {
  let count = 0;
  return parseOnce({
    topic,
    payload: Buffer.from(payload),
    clientId: "bridge",
    traceId: "trace-1",
    receivedAt: Date.UTC(2025, 5, 1, 13, 4, 5, 67),
    newUuid: () => `uuid-${++count}`,
  });
}

const run = (sql: string, payload: string | Buffer, topic?: string): unknown => {
  const output = compileRule(sql).evaluate(message(payload, topic));
  return output && JSON.parse(output.toString());
};
const value = (expression: string, payload = "{}") =>
  (run(`SELECT ${expression} AS x FROM 'a'`, payload) as { x?: unknown }).x;

const scalarRule = `SELECT decode(encode(*, 'base64'), 'base64') AS value, encode(*, 'base64') AS payload, topic(2) AS device,
  cast(topic(4) AS Int) AS channel, topic(5) AS metric, timestamp() AS received_ms, traceid() AS trace_id
  FROM 'shellies/+/emeter/+/+'`;

describe("bare scalars", () => {
  it.each([
    ["611.53", 611.53],
    ["0.00", 0],
    ["-280.01", -280.01],
    ["10.0", 10],
    ["true", true],
    ["off", "off"],
    ["nan", "nan"],
    ["", ""],
  ])("decodes %j", (payload, expected) => {
    expect(run(scalarRule, payload)).toEqual({
      value: expected,
      payload: Buffer.from(payload).toString("base64"),
      device: "shellyem-A",
      channel: 0,
      metric: "power",
      received_ms: 1748783045067,
      trace_id: "trace-1",
    });
  });

  it("keeps the original bytes of what is no text", () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    expect(run(scalarRule, bytes)).toMatchObject({ value: null, payload: bytes.toString("base64") });
  });

  it("names the topic filter, also with quotes in it", () => {
    expect(compileRule(scalarRule).topicFilter).toBe("shellies/+/emeter/+/+");
    expect(compileRule("SELECT topic() AS t FROM 'it''s/#'").topicFilter).toBe("it's/#");
    expect(compileRule("SELECT topic() AS t").topicFilter).toBeUndefined();
  });

  it("passes a payload that it cannot decorate on as it came", () => {
    const rule = compileRule("SELECT *, topic(1) AS device FROM '+/events/rpc'");
    expect(rule.evaluate(message("off"))?.toString()).toBe("off");
    expect(rule.evaluate(message("80"))?.toString()).toBe("80");
    expect(rule.evaluate(message("[1]"))?.toString()).toBe("[1]");
    expect(rule.evaluate(message("", "meter/events/rpc"))?.toString()).toBe('{"device":"meter"}');
  });
});

describe("JSON payloads", () => {
  const notification =
    '{"src":"s","method":"NotifyStatus","params":{"ts":1.5,"em1:0":{"act_power":1.2},"em0":{"p":7}},"UserName":"u"}';

  it("decorates the object and keeps its attributes as they are", () => {
    const sql = "SELECT *, topic(1) AS device, timestamp() AS received_ms, traceid() AS trace_id FROM '+/events/rpc'";
    expect(run(sql, notification, "meter/events/rpc")).toEqual({
      ...JSON.parse(notification),
      device: "meter",
      received_ms: 1748783045067,
      trace_id: "trace-1",
    });
  });

  it("reaches nested attributes, with their case, and by get() the odd names", () => {
    expect(value("params.em0.p", notification)).toBe(7);
    expect(value("get(get(params, 'em1:0'), 'act_power')", notification)).toBe(1.2);
    expect(run("SELECT UserName, username FROM 'a'", notification)).toEqual({ UserName: "u" });
    expect(value("constructor", notification)).toBeUndefined();
  });

  it("leaves an undefined column out", () => {
    expect(run("SELECT missing AS a, params.ts AS b FROM 'a'", notification)).toEqual({ b: 1.5 });
  });

  it("lets a message pass only where WHERE is true, not where it is undefined", () => {
    const passes = (where: string) => run(`SELECT src FROM 'a' WHERE ${where}`, notification) !== undefined;
    expect(passes("method = 'NotifyStatus'")).toBe(true);
    expect(passes('method = "NotifyStatus"')).toBe(true);
    expect(passes("method <> 'NotifyStatus'")).toBe(false);
    expect(passes("missing = 1")).toBe(false);
    expect(passes("NOT (missing = 1)")).toBe(false);
    expect(passes("missing = 1 OR params.ts > 1")).toBe(false);
    expect(passes("isUndefined(missing) AND params.ts >= 1.5")).toBe(true);
    expect(passes("method IN ['NotifyEvent', 'NotifyStatus']")).toBe(true);
    expect(passes("method NOT IN ('NotifyEvent', 'NotifyStatus')")).toBe(false);
  });
});

describe("expressions", () => {
  it.each([
    ["cast('12.9' AS Int)", 12],
    ["cast('-1.2' AS Int)", -2],
    ["cast('5E-1' AS Decimal)", 0.5],
    ["cast('x' AS Int)", undefined],
    ["cast(' 1' AS Int)", undefined],
    ["cast(true AS Int)", 1],
    ["cast(0 AS Boolean)", false],
    ["cast('TRUE' AS Boolean)", true],
    ["cast(1.5 AS String)", "1.5"],
    ["1 + 2.5", 3.5],
    ["7 / 2", 3],
    ["7 % 4", 3],
    ["1 / 0", undefined],
    ["'a' + 1 + true", "a1true"],
    ["'10' > 9", true],
    ["'x' > 9", undefined],
    ["1 = '1'", false],
    ["1 <> '1'", true],
    ["-a", -4],
    ["CASE a WHEN 4 THEN 'four' WHEN 4 THEN 'again' ELSE 'other' END", "four"],
    ["CASE a WHEN 5 THEN 'five' END", undefined],
    ["CASE missing WHEN 5 THEN 'five' ELSE 'other' END", undefined],
    ["isNull(n)", true],
    ["topic(9)", undefined],
    ["topic(0)", undefined],
    ["get('abc', 1)", "b"],
    ["parse_time('yyyy-MM-dd''T''HH', timestamp(), 'Europe/Warsaw')", "2025-06-01T15"],
    ['parse_time("yyyy/MM/dd HH:mm:ss.SSS", timestamp())', "2025/06/01 13:04:05.067"],
    ["replace(topic(), '/', '-')", "shellies-shellyem-A-emeter-0-power"],
    ["encode(b, 'base64')", "Yg=="],
    ["decode('eyAidCI6IDMzIH0K', 'base64')", { t: 33 }],
  ])("%s", (expression, expected) => {
    expect(value(expression, '{"a":4,"b":"b","n":null}')).toEqual(expected);
  });
});

describe("what is refused when a rule is loaded", () => {
  it.each([
    ["SELECT nope(1) AS x FROM 'a'", /nope\(\) is not known/],
    ["SELECT toString(1) AS x FROM 'a'", /tostring\(\) is not known/],
    ["SELECT VALUE a FROM 'a'", /SELECT VALUE/],
    ["SELECT VALUE * FROM 'a'", /SELECT VALUE/],
    ["SELECT a.b FROM 'a'", /needs a name/],
    ["SELECT topic(1) FROM 'a'", /needs a name/],
    ["SELECT params.* FROM 'a'", /cannot be carried out/],
    ["SELECT topic(1, 2) AS x FROM 'a'", /number of arguments/],
    ["SELECT upper(*) AS x FROM 'a'", /cannot be carried out/],
    ["SELECT cast(a AS Uuid) AS x FROM 'a'", /cast to "uuid"/i],
    ["SELECT CASE WHEN a = 1 THEN 2 END AS x FROM 'a'", /CASE needs a value/],
    ["SELECT a || b AS x FROM 'a'", /operator \|\|/],
    ["SELECT a FROM 'a' WHERE a LIKE 'x%'", /operator LIKE/],
    ["SELECT a FROM 'a' WHERE a IS NULL", /operator IS NULL/],
    ["SELECT a FROM 'a' WHERE a BETWEEN 1 AND 2", /ternary/],
    ["SELECT a FROM 'a' ORDER BY a", /orderBy/],
    ["SELECT a FROM 'a' LIMIT 1", /limit/],
    ["SELECT a FROM 'a', 'b'", /cannot be carried out/],
    ["DELETE FROM 'a'", /cannot be carried out/],
    ["SELECT a FROM 'a'; SELECT b FROM 'b'", /one SELECT/],
    ["SELEKT a", /cannot be carried out/],
  ])("%s", (sql, reason) => {
    expect(() => compileRule(sql)).toThrow(reason);
  });

  it("accepts an attribute that is called value", () => {
    expect(run("SELECT value, value AS again FROM 'a'", '{"value":3}')).toEqual({ value: 3, again: 3 });
  });
});

describe("substitution templates", () => {
  it("fills the parts from the message", () => {
    const key = compileTemplate(
      `raw/date=\${parse_time('yyyy-MM-dd', timestamp(), 'UTC')}/hour=\${parse_time('HH', timestamp())}/\${timestamp()}-\${newuuid()}.json`,
    );
    expect(key(message("1"))).toBe("raw/date=2025-06-01/hour=13/1748783045067-uuid-1.json");
  });

  it("keeps braces in strings and lone dollars, and refuses what it does not know", () => {
    expect(compileTemplate(`$a-\${concat('{', topic(2), '}')}$`)(message("1"))).toBe("$a-{shellyem-A}$");
    expect(() => compileTemplate(`\${nope()}`)).toThrow(/nope/);
    expect(() => compileTemplate(`errors/\${missing}`)(message("{}"))).toThrow(/missing.*undefined/);
  });
});

it.each([
  [scalarRule, "611.53", `\${topic(2)}/\${timestamp()}`],
  [
    "SELECT *, params.ts AS ts, get(params, 'x') AS x FROM 'a' WHERE method = 'm' AND params.x > 0",
    '{"method":"m","params":{"ts":1,"x":2}}',
    `\${method}/\${params.ts}`,
  ],
])("a payload is parsed once: %s", (sql, payload, key) => {
  const [rule, keyOf] = [compileRule(sql), compileTemplate(key)];
  const arrived = message(payload);
  const parse = jest.spyOn(JSON, "parse");
  rule.evaluate(arrived);
  keyOf(arrived);
  keyOf(arrived);
  expect(parse).toHaveBeenCalledTimes(1);
  parse.mockRestore();
});

describe("topic filters", () => {
  it.each([
    ["shellies/+/emeter/+/+", "shellies/a/emeter/0/power", true],
    ["shellies/+/emeter/+/+", "shellies/a/relay/0", false],
    ["shellies/+/emeter/+/+", "shellies/a/emeter/0/power/x", false],
    ["+/events/rpc", "meter/events/rpc", true],
    ["+/events/rpc", "$aws/events/rpc", false],
    ["a/#", "a", true],
    ["a/#", "a/b/c", true],
    ["#", "$SYS/x", false],
    ["a/+", "a", false],
    ["a/+", "a/", true],
    ["a", "a/b", false],
  ])("%s and %s: %s", (filter, topic, expected) => {
    expect(matchesTopic(filter, topic)).toBe(expected);
  });
});
