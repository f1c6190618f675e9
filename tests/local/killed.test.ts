/** A local cloud that is killed: what it had acknowledged is there after the next start. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { z } from "zod";
import { hoursFrom, settleHour } from "../../local/session/pipeline";
import { makeDirectories, openCloud, readLines, registerDemo } from "./clouds";

const device = "shellyemg3-0cb815fc9d38";
const start = Date.UTC(2025, 5, 3, 12);
const directories = makeDirectories();
afterAll(directories.removeAll);

it("loses no message that it had acknowledged", async () => {
  const resources = await registerDemo();
  const directory = directories.make();
  const child = fork(join(__dirname, "cloud-process.ts"), { execArgv: ["-r", join(__dirname, "../../local/ts.cjs")] });
  const exited = once(child, "exit");
  child.send({ resources, directory, start });
  const [url] = await once(child, "message");
  const client = await connectAsync(z.url().parse(url), { clientId: device, reconnectPeriod: 0 });

  const acknowledged: string[] = [];
  for (let second = 0; second < 400; second++) {
    const at = start + second * 1000;
    const params = { ts: at / 1000, "em1:0": { id: 0, act_power: second } };
    const payload = JSON.stringify({ src: device, method: "NotifyStatus", params });
    client.publish(`${device}/events/rpc`, payload, { qos: 1 }, (error) => {
      if (error) return;
      acknowledged.push(new Date(at).toISOString());
      // While messages are under way, some acknowledged and some not.
      if (acknowledged.length === 150) child.kill("SIGKILL");
    });
  }
  await exited;
  await client.endAsync(true);
  expect(acknowledged.length).toBeGreaterThanOrEqual(150);

  const { cloud, clock, problems } = await openCloud(resources, directory, start);
  try {
    await settleHour(cloud, clock, start);
    await cloud.run(hoursFrom(start, start));
    const readings = z
      .array(z.object({ ts: z.string() }))
      .parse(readLines(directory, "daily/site=home/date=2025-06-03/readings.jsonl.gz"));
    const present = new Set(readings.map(({ ts }) => ts));
    expect(acknowledged.filter((ts) => !present.has(ts))).toEqual([]);
    expect(problems).toEqual([]);
  } finally {
    await cloud.close();
  }
});
