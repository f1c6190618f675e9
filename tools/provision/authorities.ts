/** The certificate authorities that IoT Core's endpoint is checked against: Amazon's own roots, from Node's bundle. */
import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";

/** The roots of a Data-ATS endpoint: CA 1 for its RSA certificate, CA 3 for its ECDSA certificate. */
const names = ["CN=Amazon Root CA 1", "CN=Amazon Root CA 3"];

/** PEM, one after the other. */
export function amazonRoots(): string {
  const roots = rootCertificates.filter((pem) => {
    const { subject } = new X509Certificate(pem);
    return names.some((name) => subject.split("\n").includes(name));
  });
  if (roots.length !== names.length) throw new Error(`Node's certificate bundle lacks one of: ${names.join(", ")}.`);
  return roots.map((pem) => `${pem.trim()}\n`).join("");
}
