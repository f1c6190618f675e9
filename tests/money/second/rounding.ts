/** To a multiple of a step, in whole millionths of it, so that 1.005 to 0.01 is a tie as it is on paper. */

export interface Step {
  readonly to: number;
  readonly mode: "half_up" | "half_even";
}

const million = 1_000_000n;
const half = million / 2n;

export function rounded(value: number, step: Step | undefined): number {
  if (step === undefined) return value;
  const millionths = BigInt(Math.round(Math.abs(value / step.to) * 1e6));
  const rest = millionths % million;
  const below = millionths / million;
  const goesUp = rest > half || (rest === half && (step.mode === "half_up" || below % 2n === 1n));
  const multiple = Number(below + (goesUp ? 1n : 0n));
  const size = multiple / (1 / step.to);
  return value < 0 && size > 0 ? -size : size;
}
