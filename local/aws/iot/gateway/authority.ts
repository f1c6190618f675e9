/**
 * The certificate authority that stands for IoT Core's: made once, kept in the state folder, and signing what the
 * program requests. Certificates end when those of IoT Core do.
 */
import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  PublicKey,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { damage, quoted, shortPath } from "../../../damage";
import { gatewayFiles } from "./files";

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** A client certificate (PEM) for a request. @throws where the request is not signed with its own key. */
  readonly issue: (requestPem: string) => Promise<string>;
  /** Key and certificate (PEM) of the endpoint, good for the loopback addresses and the host. */
  readonly serve: (host: string) => Promise<{ readonly key: string; readonly cert: string }>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const validity = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2049-12-31T23:59:59Z") };

export async function openAuthority(stateDirectory: string): Promise<Authority> {
  const files = gatewayFiles(stateDirectory);
  mkdirSync(files.folder, { recursive: true });
  if (!existsSync(files.authorityKey) || !existsSync(files.authority)) {
    const key = makeKey();
    writeFileSync(files.authority, await selfSigned(key));
    writeFileSync(files.authorityKey, key, { mode: 0o600 });
  }
  const remedy = `For a new authority: rm ${[files.authority, files.authorityKey].map((path) => quoted(shortPath(path))).join(" ")}, start again, then npm run provision for each meter and bridge.`;
  const read = async <T>(path: string, parse: (pem: string) => T | Promise<T>) => {
    try {
      return await parse(readFileSync(path, "utf8"));
    } catch (error) {
      throw damage(path, error, remedy);
    }
  };
  const certificate = await read(files.authority, (pem) => pem);
  const signingKey = await read(files.authorityKey, importPrivate);
  const issuer = await read(files.authority, (pem) => new X509Certificate(pem).subject);

  const sign = async (subject: string, publicKey: PublicKey, extensions: Extension[]) => {
    const signed = await X509CertificateGenerator.create({
      serialNumber: randomBytes(16).toString("hex"),
      subject,
      issuer,
      ...validity,
      publicKey,
      signingKey,
      signingAlgorithm: algorithm,
      extensions,
    });
    return `${signed.toString("pem")}\n`;
  };

  return {
    certificate,
    async issue(requestPem) {
      const request = new Pkcs10CertificateRequest(requestPem);
      if (!(await request.verify()))
        throw new Error(`The request of ${request.subject} is not signed with its own key.`);
      return sign(request.subject, request.publicKey, [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])]);
    },
    async serve(host) {
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const spki = new PublicKey(publicKey.export({ type: "spki", format: "der" }));
      const names = new SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        ...(host === "127.0.0.1" ? [] : [{ type: "ip" as const, value: host }]),
      ]);
      const cert = await sign("CN=wattlake local endpoint", spki, [
        names,
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      ]);
      return { key: String(privateKey.export({ type: "pkcs8", format: "pem" })), cert };
    },
  };
}

const makeKey = (): string =>
  String(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }));

const importPrivate = (pem: string) =>
  crypto.subtle.importKey("pkcs8", createPrivateKey(pem).export({ type: "pkcs8", format: "der" }), algorithm, true, [
    "sign",
  ]);

async function selfSigned(keyPem: string): Promise<string> {
  const privateKey = await importPrivate(keyPem);
  const { key_ops: _, d: __, ...jwk } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicKey = await crypto.subtle.importKey("jwk", { ...jwk, key_ops: ["verify"] }, algorithm, true, ["verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString("hex"),
    name: "CN=wattlake local authority",
    ...validity,
    keys: { privateKey, publicKey },
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  return `${certificate.toString("pem")}\n`;
}
