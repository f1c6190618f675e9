/**
 * The certificate requests that the program reads: public files beside it, one a client and stage.
 *
 * `npm run provision` makes them with their private keys, which stay on the user's machine: no key ever enters the
 * program or its state.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi/errors";

/** `next` lies beside `current` while a meter changes over; `retired` is deactivated, before it is deleted. */
export const stages = ["current", "next", "retired"] as const;
export type Stage = (typeof stages)[number];

export interface CertificateRequest {
  readonly thing: string;
  readonly stage: Stage;
  /** PKCS #10. */
  readonly pem: string;
  /** Of the content: a request keeps its certificate when its file moves on to another stage. */
  readonly fingerprint: string;
}

export const requestFile = (thing: string, stage: Stage): string =>
  stage === "current" ? `${thing}.csr.pem` : `${thing}.${stage}.csr.pem`;

/** The requests of the given clients that the folder has. @throws `RunError` for a file that is anything else. */
export function readRequests(folder: string, things: readonly { readonly thing: string }[]): CertificateRequest[] {
  return things.flatMap(({ thing }) =>
    stages
      .filter((stage) => existsSync(join(folder, requestFile(thing, stage))))
      .map((stage) => readRequest(join(folder, requestFile(thing, stage)), thing, stage)),
  );
}

function readRequest(path: string, thing: string, stage: Stage): CertificateRequest {
  const pem = `${readFileSync(path, "utf8").trim()}\n`;
  if (pem.includes("PRIVATE KEY"))
    throw new RunError(`${path} holds a private key. It belongs to nobody but the meter: take it out of the folder.`);
  if (!/^-----BEGIN CERTIFICATE REQUEST-----\n[A-Za-z0-9+/=\s]+-----END CERTIFICATE REQUEST-----\n$/.test(pem))
    throw new RunError(
      `${path} is not one certificate request (PKCS #10, PEM); npm run provision -- ${thing} makes it.`,
    );
  return { thing, stage, pem, fingerprint: createHash("sha256").update(pem).digest("hex").slice(0, 8) };
}
