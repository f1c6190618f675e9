/**
 * Private keys and certificate requests (PKCS #10) of the meters and bridges.
 *
 * RSA-2048: of the key types that the meters' firmware lists, the one that the vendor's own AWS recipe loads.
 */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { Pkcs10CertificateRequest, Pkcs10CertificateRequestGenerator } from "@peculiar/x509";

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** A new private key, PKCS #8 PEM, not encrypted: a meter knows no password. */
export function makePrivateKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}

/** The request for a certificate on the thing's name; the same for the same key. */
export async function makeRequest(thing: string, privateKeyPem: string): Promise<string> {
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey("pkcs8", derOf(privateKeyPem), algorithm, false, ["sign"]),
    crypto.subtle.importKey("spki", publicDerOf(privateKeyPem), algorithm, true, ["verify"]),
  ]);
  const keys = { privateKey, publicKey };
  const name = [{ CN: [thing] }];
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm });
  return `${request.toString("pem").trim()}\n`;
}

/** Whether the request asks for a certificate on this key. */
export function belongsTogether(requestPem: string, privateKeyPem: string): boolean {
  const requested = Buffer.from(new Pkcs10CertificateRequest(requestPem).publicKey.rawData);
  return requested.equals(publicDerOf(privateKeyPem));
}

const derOf = (pem: string) => Uint8Array.from(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64"));

const publicDerOf = (privateKeyPem: string) =>
  Uint8Array.from(createPublicKey(privateKeyPem).export({ type: "spki", format: "der" }));
