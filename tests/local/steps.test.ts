/** The progress of a step without a terminal: a line now and then, not one an event. */
import { nowAndThen } from "../../local/session/steps";

it("tells how far a long step is every twenty seconds at most, and nothing of a short one", () => {
  let now = 0;
  const lines: string[] = [];
  const progress = nowAndThen(
    (text) => void lines.push(text),
    () => now,
  );
  for (; now < 61_000; now += 500) progress(`${now / 1000} s`);
  expect(lines).toEqual(["20 s", "40 s", "60 s"]);
});
