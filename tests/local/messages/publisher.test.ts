/** The publisher's clients on the broker: a message that is not taken names itself, and the clients still close. */
import { type Broker, startBroker } from "../../../local/aws/iot/broker";
import { createClock } from "../../../local/clock";
import { createPublisher, type Publisher } from "../../../local/messages/publisher";

const file = "/captures/june.jsonl";
const at = Date.UTC(2025, 5, 1, 12);
const message = (line: number, topic = `meter/${line}`) => ({ at, topic, payload: "x", origin: { file, line } });

let broker: Broker;
let publisher: Publisher;
let problems: string[];

beforeEach(async () => {
  problems = [];
  broker = await startBroker({
    rules: {
      handle: async ({ topic }) => {
        if (topic === "meter/3") throw new Error("no space left on device");
        // What was sent at the same time and is still under way.
        if (topic === "meter/2") await new Promise(() => undefined);
        return "taken";
      },
      topicFilters: [],
      close: () => undefined,
    },
    clock: createClock(at),
    onProblem: (problem) => void problems.push(problem),
  });
  publisher = createPublisher(broker.url, async () => undefined);
});
afterEach(() => broker.close());

test("a message that is refused is named by file and line; closing waits for nothing", async () => {
  await publisher.publish([message(1)]);
  await expect(publisher.publish([message(3)])).rejects.toThrow(
    `${file}, line 3: the broker refused a message to meter/3.`,
  );
  expect(problems).toEqual(["A message to meter/3 was not accepted: no space left on device"]);
  await publisher.close();
});

test("where others are under way it says so: the broker names none of them", async () => {
  await expect(publisher.publish([message(2), message(3)])).rejects.toThrow(
    `${file}, line 2: the broker refused a message to meter/2, or the one after it.`,
  );
  await publisher.close();
});
