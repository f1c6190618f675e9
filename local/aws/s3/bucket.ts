/**
 * A bucket: the files of its objects, its journal, and the index of both in memory.
 *
 * A change is one synchronous step, so nothing comes between its parts: test the precondition, write the journal, move
 * the body to its place, update the index. That makes conditional writes atomic, and a reader, who opens the file in the
 * step that looks up the metadata, sees a whole object, the old one or the new one.
 *
 * What is acknowledged outlives a power cut: the body's bytes are on the disk before the journal's line, and that before the
 * body is moved. A move or a removal that the disk has not kept is finished at the next start.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Bodies, type DamagedBody } from "./bodies";
import { Draft } from "./draft";
import type { FileNames } from "./file-names";
import { type BucketInfo, type Change, DamagedJournal, Journal, type StoredObject } from "./journal";
import { KeyIndex } from "./key-index";

export interface BucketFiles {
  /** The objects, and nothing else. */
  bodies: string;
  /** The journal, and what is on its way in. */
  state: string;
  names: FileNames;
}

/** An object whose file somebody removed. */
export interface RemovedBody {
  readonly bucket: string;
  readonly key: string;
  /** Where it lay. */
  readonly path: string;
}

/** Throws where a write must not happen; given the object that the key has now. */
export type Precondition = (current: StoredObject | undefined) => void;

const journalOf = (files: BucketFiles) => join(files.state, "journal.jsonl");

export class Bucket {
  private readonly objects = new Map<string, StoredObject>();
  /** Objects whose file somebody removed by hand: gone for whoever asks, known until they are written again or forgotten. */
  private readonly gone = new Map<string, StoredObject>();
  private readonly index = new KeyIndex();
  private readonly incoming: string;
  private readonly bodies: Bodies;

  private constructor(
    readonly name: string,
    readonly info: BucketInfo,
    files: BucketFiles,
    private readonly journal: Journal,
  ) {
    this.incoming = join(files.state, "incoming");
    this.bodies = new Bodies(files.bodies, files.names);
  }

  static create(name: string, info: BucketInfo, files: BucketFiles): Bucket {
    mkdirSync(files.bodies, { recursive: true });
    mkdirSync(join(files.state, "incoming"), { recursive: true });
    return new Bucket(name, info, files, Journal.create(journalOf(files), [{ bucket: info }]));
  }

  /** Reads a bucket back, or nothing where its creation was cut short. */
  static open(name: string, files: BucketFiles): Bucket | undefined {
    if (!existsSync(journalOf(files))) return undefined;
    const { journal, changes } = Journal.open(journalOf(files));
    const [first] = changes;
    if (!first || !("bucket" in first)) {
      journal.close();
      throw new DamagedJournal(`${journalOf(files)} does not begin with its bucket.`);
    }
    const bucket = new Bucket(name, first.bucket, files, journal);
    bucket.recover(changes);
    return bucket;
  }

  get(key: string): StoredObject | undefined {
    return this.objects.get(key);
  }

  /** In the order of S3. */
  keys(): readonly string[] {
    return this.index.ordered();
  }

  /** Opens the body of what `get` has just returned. The caller closes the file. */
  openBody(key: string, object: StoredObject): number {
    return this.bodies.open(key, object);
  }

  /** Files that lie where objects do and are none, as paths: the journal lost its end, or somebody put them there. */
  strangers(): string[] {
    return this.bodies.others(this.objects.keys());
  }

  /** Objects whose file is damaged: by their size, and where something is wrong with the folder, by their bytes too. */
  damaged(): DamagedBody[] {
    const look = (at: "size" | "bytes") =>
      [...this.objects].flatMap(([key, object]) => this.bodies.damageOf(key, object, at) ?? []);
    return look("size").length + this.strangers().length > 0 ? look("bytes") : [];
  }

  /** Objects whose file was removed from outside. */
  removed(): RemovedBody[] {
    return Array.from([...this.gone.keys()].sort(), (key) => ({
      bucket: this.name,
      key,
      path: this.bodies.pathOf(key),
    }));
  }

  /** That their files are missing is not said again. */
  forget(key: string): void {
    if (this.gone.has(key)) this.carryOut({ delete: key }, () => this.gone.delete(key));
  }

  draft(): Draft {
    return new Draft(this.incoming);
  }

  /** Makes a draft the object of the key. */
  commit(key: string, draft: Draft, object: StoredObject, precondition: Precondition): void {
    precondition(this.objects.get(key));
    draft.close();
    this.bodies.makeRoom(key);
    this.carryOut({ put: key, object }, () => this.bodies.take(key, draft.path));
    if (!this.objects.has(key)) this.index.add(key);
    this.objects.set(key, object);
    this.gone.delete(key);
  }

  /** Changes what is said of the object of a key; its bytes stay. */
  describe(key: string, object: StoredObject): void {
    this.carryOut({ put: key, object }, () => undefined);
    this.objects.set(key, object);
  }

  /** Removes the object of the key, if there is one. */
  remove(key: string): void {
    if (!this.objects.has(key)) return;
    this.carryOut({ delete: key }, () => this.bodies.remove(key));
    this.index.remove(key);
    this.objects.delete(key);
  }

  close(): void {
    this.journal.close();
    rmSync(this.incoming, { recursive: true });
  }

  private carryOut(change: Change, act: () => void): void {
    if (this.journal.changes > 2 * this.objects.size + 1000) this.journal.compact(this.state());
    this.journal.append(change);
    try {
      act();
    } catch (error) {
      this.journal.takeBack();
      throw error;
    }
  }

  private *state(): Generator<Change> {
    yield { bucket: this.info };
    for (const [key, object] of [...this.gone, ...this.objects]) yield { put: key, object };
  }

  private recover(changes: readonly Change[]): void {
    for (const change of changes) {
      if ("put" in change) this.objects.set(change.put, change.object);
      if ("delete" in change) this.objects.delete(change.delete);
    }
    mkdirSync(this.incoming, { recursive: true });
    this.bodies.makeFolder();
    this.finish(changes);
    for (const [key, object] of this.objects) {
      if (this.bodies.has(key)) this.index.add(key);
      else {
        this.objects.delete(key);
        this.gone.set(key, object);
      }
    }
  }

  /** Carries out what of the journal was not done. */
  private finish(changes: readonly Change[]): void {
    for (const change of changes)
      if ("delete" in change && !this.objects.has(change.delete)) this.bodies.remove(change.delete);
    const drafts = new Set(readdirSync(this.incoming));
    if (drafts.size === 0) return;
    for (const [key, { body }] of this.objects) {
      if (!drafts.has(body)) continue;
      this.bodies.makeRoom(key);
      this.bodies.take(key, join(this.incoming, body));
      drafts.delete(body);
    }
    for (const leftover of drafts) rmSync(join(this.incoming, leftover));
  }
}
