/** The clock that local mode moves by hand, and the time patterns of AWS. */
import { createClock } from "../../local/clock";
import { formatTime } from "../../local/time-pattern";

describe("clock", () => {
  it("runs due timers one after the other, each at its own instant", async () => {
    const clock = createClock(1000);
    const seen: [string, number][] = [];
    clock.at(3000, async () => {
      await Promise.resolve();
      seen.push(["later", clock.now()]);
    });
    clock.at(2000, () => {
      seen.push(["first", clock.now()]);
      clock.at(2500, () => void seen.push(["made on the way", clock.now()]));
    });
    clock.at(2000, () => void seen.push(["second", clock.now()]));
    clock.at(9000, () => void seen.push(["not due", clock.now()]));
    clock.at(2100, () => void seen.push(["cancelled", clock.now()])).cancel();
    await clock.advanceTo(4000);
    expect(seen).toEqual([
      ["first", 2000],
      ["second", 2000],
      ["made on the way", 2500],
      ["later", 3000],
    ]);
    expect(clock.now()).toBe(4000);
    expect(clock.nextTimer()).toBe(9000);
  });

  it("never goes back, and hands a timer's failure to the one who moves it", async () => {
    const clock = createClock(1000);
    await clock.advanceTo(500);
    expect(clock.now()).toBe(1000);
    clock.at(10, () => {
      throw new Error("no space");
    });
    await expect(clock.advanceTo(1001)).rejects.toThrow("no space");
  });

  it("follows real time on request, and then runs what is due", async () => {
    const clock = createClock(0);
    clock.followRealTime(() => undefined);
    await new Promise<void>((resolve) => {
      clock.at(clock.now(), resolve);
    });
    expect(clock.now()).toBeGreaterThan(Date.UTC(2025, 0, 1));
    await clock.advanceTo(clock.now() + 1e9);
    expect(clock.now()).toBeLessThan(Date.now() + 1e6);
    clock.stop();
    clock.at(0, () => undefined);
    expect(clock.nextTimer()).toBeUndefined();
  });
});

describe("time patterns", () => {
  const instant = Date.UTC(2025, 9, 26, 0, 30, 7, 45);
  it.each([
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", "UTC", "2025-10-26T00:30:07.045"],
    ["yyyy/MM/dd/HH/", "Europe/Warsaw", "2025/10/26/02/"],
    ["yy-M-d", "America/New_York", "25-10-25"],
    ["'it''s' DDD", "UTC", "it's 299"],
  ])("%s in %s", (pattern, zone, expected) => {
    expect(formatTime(pattern, instant, zone)).toBe(expected);
  });

  it("names the letter that it does not understand", () => {
    expect(() => formatTime("yyyy-QQ", instant)).toThrow('"Q" in the time pattern "yyyy-QQ"');
  });
});
