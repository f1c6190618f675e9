/** Where the sun stands, and what a roof makes of it. */

const toRadians = (degrees: number) => (degrees * Math.PI) / 180;
const dayMs = 86_400_000;
/** 2000-01-01T12:00:00Z */
const j2000 = Date.UTC(2000, 0, 1, 12);

/** Sine of the sun's elevation at an instant (ms), by the low-precision formulas of the Astronomical Almanac (0.01 degrees). */
export function sunElevationSine(instant: number, latitude: number, longitude: number): number {
  const days = (instant - j2000) / dayMs;
  const anomaly = toRadians(357.528 + 0.9856003 * days);
  const ecliptic = toRadians(280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly));
  const obliquity = toRadians(23.439 - 0.0000004 * days);
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(ecliptic));
  const ascension = Math.atan2(Math.cos(obliquity) * Math.sin(ecliptic), Math.cos(ecliptic));
  const siderealDegrees = 280.46061837 + 360.98564736629 * days + longitude;
  const hourAngle = toRadians(siderealDegrees) - ascension;
  const phi = toRadians(latitude);
  return Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hourAngle);
}

/** Share of its peak power that a flat roof gives under a clear sky (Haurwitz 1945: 1098 W/m2 sin h exp(-0.057 / sin h)). */
export function clearSkyShare(elevationSine: number): number {
  return elevationSine <= 0.01 ? 0 : 1.098 * elevationSine * Math.exp(-0.057 / elevationSine);
}
