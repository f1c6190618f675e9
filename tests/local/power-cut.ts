/**
 * A machine that stops: what a folder holds on a disk that keeps only what was synced. Every call of `fs` that changes the folder
 * is watched, and carried out on a model of the disk: bytes reach it when their file is synced, or a part of them at any time;
 * names (made, moved, removed) in their order, and all so far with any sync, as on a file system with a journal.
 */
import fs from "node:fs";
import { dirname, join, relative } from "node:path";

const watched = [
  "appendFileSync",
  "closeSync",
  "fdatasync",
  "fdatasyncSync",
  "fsync",
  "fsyncSync",
  "ftruncateSync",
  "openSync",
  "renameSync",
  "rmSync",
  "writeFileSync",
  "writeSync",
] as const;

/** A file: its bytes on the disk. It keeps them whatever it is called. */
interface Inode {
  synced: Buffer;
}

export function watchDisk(directory: string) {
  const originals = new Map<(typeof watched)[number], unknown>(watched.map((name) => [name, Reflect.get(fs, name)]));
  /** As the running system sees the names, and as the disk has them. */
  const now = new Map<string, Inode>();
  const disk = new Map<string, Inode>();
  const pending: ((names: Map<string, Inode>) => void)[] = [];
  const open = new Map<number, { path: string; inode: Inode }>();
  const isInside = (path: unknown): path is string => typeof path === "string" && path.startsWith(`${directory}/`);

  const change = (apply: (names: Map<string, Inode>) => void) => {
    apply(now);
    pending.push(apply);
  };
  const commitNames = () => {
    for (const apply of pending.splice(0)) apply(disk);
  };
  const sync = (descriptor: unknown) => {
    const file = typeof descriptor === "number" ? open.get(descriptor) : undefined;
    if (!file) return;
    // What the file holds in truth: it may have been moved since it was opened.
    file.inode.synced = contentOf(file.inode) ?? file.inode.synced;
    commitNames();
  };
  const pathOf = (inode: Inode) => [...now].find(([, each]) => each === inode)?.[0];
  const contentOf = (inode: Inode) => {
    const path = pathOf(inode);
    return path !== undefined && fs.existsSync(path) ? fs.readFileSync(path) : undefined;
  };
  const made = (path: string) => {
    const known = now.get(path);
    if (known) return known;
    const inode: Inode = { synced: Buffer.alloc(0) };
    change((names) => void names.set(path, inode));
    return inode;
  };

  const after: Partial<Record<(typeof watched)[number], (args: readonly unknown[], result: unknown) => void>> = {
    openSync([path, flags], result) {
      if (!isInside(path) || typeof result !== "number") return;
      if (flags === "r") return;
      open.set(result, { path, inode: made(path) });
    },
    closeSync: ([descriptor]) => void (typeof descriptor === "number" && open.delete(descriptor)),
    fsyncSync: ([descriptor]) => sync(descriptor),
    fdatasyncSync: ([descriptor]) => sync(descriptor),
    writeFileSync([path, , options]) {
      if (!isInside(path)) return;
      const inode = made(path);
      if (typeof options !== "object" || options === null || !("flush" in options)) return;
      inode.synced = fs.readFileSync(path);
      commitNames();
    },
    appendFileSync([path]) {
      if (isInside(path)) made(path);
    },
    renameSync([from, to]) {
      if (!isInside(from) || !isInside(to)) return;
      change((names) => {
        const inode = names.get(from);
        if (inode) names.set(to, inode);
        names.delete(from);
      });
    },
    rmSync([path]) {
      if (!isInside(path)) return;
      change((names) => {
        for (const each of [...names.keys()]) if (each === path || each.startsWith(`${path}/`)) names.delete(each);
      });
    },
  };
  for (const name of watched) {
    const original = originals.get(name) as (...args: unknown[]) => unknown;
    Reflect.set(fs, name, (...args: unknown[]) => {
      if (name === "fsync" || name === "fdatasync") {
        const done = args.at(-1) as (error: Error | null) => void;
        return original(args[0], (error: Error | null) => {
          if (!error) sync(args[0]);
          done(error);
        });
      }
      const result = original(...args);
      after[name]?.(args, result);
      return result;
    });
  }

  return {
    /** Lays out what a disk may hold if the machine stops now; `random` gives numbers in [0, 1). */
    cutInto(target: string, random: () => number): void {
      const names = new Map(disk);
      for (const apply of pending.slice(0, Math.floor(random() * (pending.length + 1)))) apply(names);
      for (const [path, inode] of names) {
        const written = contentOf(inode) ?? inode.synced;
        const { synced } = inode;
        const isAppended = written.length >= synced.length && written.subarray(0, synced.length).equals(synced);
        // Of what was appended and not synced a part may be there.
        const bytes = isAppended
          ? written.subarray(0, synced.length + Math.floor(random() * (written.length - synced.length + 1)))
          : synced;
        const file = join(target, relative(directory, path));
        fs.mkdirSync(dirname(file), { recursive: true });
        (originals.get("writeFileSync") as typeof fs.writeFileSync)(file, bytes);
      }
    },
    stop(): void {
      for (const [name, original] of originals) Reflect.set(fs, name, original);
    },
  };
}
