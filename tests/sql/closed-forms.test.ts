/** Signals with a closed form: constants and ramps are exact to 1e-9, a sinusoid's error falls as the square of the spacing. */
import { every, makeScene, type Sample, total } from "./scene";

const scene = makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-04");
const hour = 3600;

/** Times that are on no grid: 7 to 53 s apart, the first and last as given. */
function uneven(from: number, to: number, at: (s: number) => number): Sample[] {
  const samples: Sample[] = [];
  for (let s = from, step = 7; s < to; s += step, step = 7 + ((step * 31) % 47)) samples.push([s, at(s)]);
  return [...samples, [to, at(to)]];
}

const ramp = (s: number) => -1000 + (4000 * s) / (6 * hour);
const constants = (["hold", "trapezoid"] as const).map((integration) =>
  scene.meter({ integration, samples: uneven(600, 6 * hour, () => 437.25) }),
);
const linear = scene.meter({ integration: "trapezoid", samples: uneven(0, 6 * hour, ramp) });

const period = 2 * hour;
const wave = (s: number) => 500 + 1500 * Math.sin((2 * Math.PI * s) / period);
const spacings = [240, 120, 60];
const sinusoids = spacings.map((spacing) =>
  scene.meter({ integration: "trapezoid", samples: every(spacing, 0, 2 * period, (s) => [s, wave(s)]) }),
);

beforeAll(() => scene.open("power_energy"));
afterAll(() => scene.close());

test("a constant is exact to 1e-9, held or by trapezoid", () => {
  for (const constant of constants) {
    const expected = (437.25 * (6 * hour - 600)) / 3600;
    expect(Math.abs(Number(total(constant("power_energy"), "import_wh")) / expected - 1)).toBeLessThan(1e-9);
    expect(
      constant("power_energy")
        .slice(1)
        .every((row) => Math.abs(Number(row.import_wh) / (437.25 / 4) - 1) < 1e-9),
    ).toBe(true);
  }
});

test("a ramp through zero is exact to 1e-9 in every slot, clipped at zero", () => {
  const rows = linear("power_energy");
  expect(rows).toHaveLength(24);
  const area = (from: number, to: number, clip: (power: number) => number) => {
    const [a, b] = [clip(ramp(from)), clip(ramp(to))];
    const zero = 1.5 * hour;
    const [start, end] = from < zero && to > zero ? (a > 0 ? [from, zero] : [zero, to]) : [from, to];
    return ((a + b) / 2) * ((end - start) / 3600);
  };
  for (const [slot, row] of rows.entries()) {
    const [from, to] = [slot * 900, (slot + 1) * 900];
    const [imported, exported] = [area(from, to, (p) => Math.max(p, 0)), area(from, to, (p) => Math.max(-p, 0))];
    expect(Math.abs(Number(row.import_wh) - imported)).toBeLessThanOrEqual(1e-9 * Math.max(imported, 1));
    expect(Math.abs(Number(row.export_wh) - exported)).toBeLessThanOrEqual(1e-9 * Math.max(exported, 1));
  }
});

test("a sinusoid's error falls as the square of the sample spacing", () => {
  // Import over two periods: the part of 500 + 1500 sin x above zero.
  const zero = Math.asin(1 / 3);
  const positive = ((500 * (Math.PI + 2 * zero) + 2 * 1500 * Math.cos(zero)) / (2 * Math.PI)) * (period / 3600) * 2;
  const errors = sinusoids.map((of) => Math.abs(Number(total(of("power_energy"), "import_wh")) - positive));
  for (const [index, spacing] of spacings.entries()) {
    // The trapezoid's own bound: h^2 max|P''| / 12 over the time.
    const bound = ((spacing ** 2 * 1500 * ((2 * Math.PI) / period) ** 2) / 12) * ((2 * period) / 3600);
    expect(errors[index]).toBeLessThan(bound);
  }
  const [coarse = 0, middle = 0, fine = 0] = errors;
  expect(coarse / middle).toBeCloseTo(4, 0);
  expect(middle / fine).toBeCloseTo(4, 0);
});
