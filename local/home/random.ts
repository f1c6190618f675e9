/** Seeded chance: the same seed gives the same household, whenever and in whatever order it is asked. */

/** A number in [0, 1) for the seed text. */
export function chance(...seed: readonly (string | number)[]): number {
  // FNV-1a, then the finaliser of MurmurHash3 for the spread of the low bits.
  let hash = 0x811c9dc5;
  for (const character of seed.join("\0")) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A number in [from, to). */
export const between = (from: number, to: number, ...seed: readonly (string | number)[]) =>
  from + (to - from) * chance(...seed);

/** A smooth curve through random values in [0, 1), one a `step`. */
export function smooth(position: number, step: number, ...seed: readonly (string | number)[]): number {
  const index = Math.floor(position / step);
  const share = position / step - index;
  const ease = share * share * (3 - 2 * share);
  return chance(...seed, index) * (1 - ease) + chance(...seed, index + 1) * ease;
}
