/** The certificates of the graph, each with the things it is attached to and the policies attached to it. */
import { z } from "zod";
import { account, region as defaultRegion } from "../../../program/computed";
import type { Graph } from "../../../program/graph";
import { readStatements, type Statement } from "../../iam";

export interface Principal {
  /** Logical name of the certificate. */
  readonly name: string;
  /** PKCS #10, PEM. */
  readonly request: string;
  readonly active: boolean;
  readonly things: readonly string[];
  readonly statements: readonly Statement[];
}

const certificateInputs = z.looseObject({
  csr: z.string("has no certificate request: local mode issues certificates for requests only"),
  active: z.boolean(),
});
const policyInputs = z.looseObject({ policy: z.string() });
const policyAttachmentInputs = z.looseObject({ policy: z.string(), target: z.string() });
const thingAttachmentInputs = z.looseObject({ thing: z.string(), principal: z.string() });
const providerInputs = z.looseObject({ region: z.string() });

export function readPrincipals(graph: Graph): readonly Principal[] {
  const policies = new Map(
    graph.all("aws:iot/policy:Policy", policyInputs).map(({ physicalName, inputs }) => [physicalName, inputs.policy]),
  );
  const granted = graph.all("aws:iot/policyAttachment:PolicyAttachment", policyAttachmentInputs);
  const attached = graph.all("aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment", thingAttachmentInputs);
  const statementsOf = (policy: string): readonly Statement[] => {
    const document = policies.get(policy);
    if (document === undefined)
      throw new Error(`A certificate has the policy ${policy}, which the program does not make.`);
    if (document.includes("${"))
      throw new Error(`The policy ${policy} has a policy variable, which local mode does not resolve: name the thing.`);
    return readStatements(document, `the policy ${policy}`);
  };
  return graph.all("aws:iot/certificate:Certificate", certificateInputs).map(({ name, arn, inputs }) => ({
    name,
    request: inputs.csr,
    active: inputs.active,
    things: attached.filter(({ inputs: { principal } }) => principal === arn).map(({ inputs: { thing } }) => thing),
    statements: granted
      .filter(({ inputs: { target } }) => target === arn)
      .flatMap(({ inputs: { policy } }) => statementsOf(policy)),
  }));
}

/** Makes ARNs of IoT Core in the region that the program works in. */
export function iotArns(graph: Graph): (resource: string) => string {
  const [provider] = graph.all("pulumi:providers:aws", providerInputs);
  const region = provider?.inputs.region ?? defaultRegion;
  return (resource) => `arn:aws:iot:${region}:${account}:${resource}`;
}
