/**
 * Which part of a split hour takes a raw line: all of a site's lines go to one part, so that each staged file has one
 * writer; a line that names no known meter goes by the name that it has, or none.
 */
import type { Registry } from "../lake/registry";
import { partOf } from "../lake/run-work";

export function makeLineOwner(registry: Registry, parts: number) {
  // Globals by names of the factory's own, see docs/architecture.md, The serialized callbacks.
  const { parse } = JSON;
  const absent = undefined;
  const key = '"device"';
  const start = `${key}:"`;
  const owners = new Map<string, number>();

  /** The device as its rule wrote it, without parsing: where the line has the key once, and its value plainly. */
  function plainDevice(line: string): string | undefined {
    const at = line.indexOf(key);
    if (at < 0 || line.indexOf(key, at + key.length) >= 0 || !line.startsWith(start, at)) return absent;
    const from = at + start.length;
    const to = line.indexOf('"', from);
    if (to < 0) return absent;
    const device = line.slice(from, to);
    return device.includes("\\") ? absent : device;
  }

  function parsedDevice(line: string): string {
    try {
      const { device } = Object(parse(line));
      return typeof device === "string" ? device : "";
    } catch {
      return "";
    }
  }

  /** The same text on its own: a slice keeps what it was cut from, here a quarter of a megabyte of lines for each meter. */
  const alone = (slice: string) => slice.split("").join("");

  return function ownerOf(line: string): number {
    const device = plainDevice(line) ?? parsedDevice(line);
    const known = owners.get(device);
    if (known !== absent) return known;
    const site = registry.calendarOf(device)?.site;
    const owner = partOf(site ?? device, parts);
    // Of names that nobody knows there is no end.
    if (site !== absent) owners.set(alone(device), owner);
    return owner;
  };
}
