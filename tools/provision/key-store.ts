/**
 * Where keys, requests and what the meters get lie on the user's machine.
 *
 * `keys/<thing>/` is ignored by git and readable by its owner alone; the requests lie beside the program and are committed.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { requestFile, type Stage } from "../../components/aws/meter-gateway-requests";
import { belongsTogether, makePrivateKey, makeRequest } from "./key-pair";

export interface KeyStore {
  /** The private folder of a client, with all that belongs to it. */
  readonly folder: (thing: string) => string;
  /** The stage that the meter is to use: the next certificate where there is one. */
  readonly stageInUse: (thing: string) => Stage;
  /** The private key, PEM. @throws where it is not on this machine. */
  readonly key: (thing: string, stage: Stage) => string;
  /** Makes what is missing of key and request; tells whether the request is new to the program. */
  readonly ensure: (thing: string, stage: Stage) => Promise<{ readonly made: boolean; readonly path: string }>;
  /** Moves the request in use to `retired` and the next one in its place. @throws where there is no next one. */
  readonly promote: (thing: string) => { readonly path: string };
  /** Writes a private file into the client's folder and returns its path. */
  readonly write: (thing: string, name: string, content: string) => string;
}

export function openKeyStore(keysFolder: string, requestsFolder: string): KeyStore {
  const folder = (thing: string) => {
    const path = join(keysFolder, thing);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const keyPath = (thing: string, stage: Stage) =>
    join(folder(thing), stage === "current" ? "key.pem" : `${stage}.key.pem`);
  const requestPath = (thing: string, stage: Stage) => join(requestsFolder, requestFile(thing, stage));
  const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);
  const writePrivate = (path: string, content: string) => writeFileSync(path, content, { mode: 0o600 });

  const keyOf = (thing: string, stage: Stage): string => {
    const key = read(keyPath(thing, stage));
    if (key !== undefined) return key;
    throw new Error(
      `${keyPath(thing, stage)} is missing, so ${requestPath(thing, stage)} was made on another machine. ` +
        "Work there, or bring the key over, or rotate to a new one (--rotate).",
    );
  };

  return {
    folder,
    stageInUse: (thing) => (existsSync(requestPath(thing, "next")) ? "next" : "current"),
    key: keyOf,
    async ensure(thing, stage) {
      const [keyAt, path] = [keyPath(thing, stage), requestPath(thing, stage)];
      const requested = read(path);
      if (requested !== undefined) {
        if (!belongsTogether(requested, keyOf(thing, stage)))
          throw new Error(`${path} was not made with ${keyAt}. Rotate to a new key (--rotate).`);
        return { made: false, path: relative("", path) };
      }
      if (!existsSync(keyAt)) writePrivate(keyAt, makePrivateKey());
      mkdirSync(requestsFolder, { recursive: true });
      writeFileSync(path, await makeRequest(thing, keyOf(thing, stage)));
      return { made: true, path: relative("", path) };
    },
    promote(thing) {
      if (!existsSync(requestPath(thing, "next")))
        throw new Error(`${thing} has no next certificate to go over to: begin with --rotate.`);
      if (existsSync(keyPath(thing, "current"))) renameSync(keyPath(thing, "current"), keyPath(thing, "retired"));
      renameSync(requestPath(thing, "current"), requestPath(thing, "retired"));
      renameSync(keyPath(thing, "next"), keyPath(thing, "current"));
      renameSync(requestPath(thing, "next"), requestPath(thing, "current"));
      return { path: relative("", requestPath(thing, "retired")) };
    },
    write(thing, name, content) {
      const path = join(folder(thing), name);
      mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
      writePrivate(path, content);
      return relative("", path);
    },
  };
}
