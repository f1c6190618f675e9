/** What the gateway reads of the graph, and what it refuses to carry out instead of guessing. */

import { iotArns, readPrincipals } from "../../../../local/aws/iot/gateway/principals";
import { createGraph } from "../../../../local/program/graph";
import { resource } from "../../fixture";

const arn = "arn:aws:iot:eu-central-1:123456789012:cert/c";
const certificate = (inputs: object) => resource("aws:iot/certificate:Certificate", "c", inputs, { arn });
const granted = resource("aws:iot/policyAttachment:PolicyAttachment", "g", { policy: "p", target: arn });
const attached = resource("aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment", "a", {
  thing: "t",
  principal: arn,
});
const policy = (Resource: string, changes: object = {}) =>
  resource(
    "aws:iot/policy:Policy",
    "p",
    {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "iot:Connect", Resource, ...changes },
      }),
    },
    { name: "p" },
  );
const request = { csr: "pem", active: true };

test("a certificate has what is attached to it", () => {
  const graph = createGraph([certificate(request), granted, attached, policy("client/t")]);
  expect(readPrincipals(graph)).toEqual([
    {
      ...{ name: "c", request: "pem", active: true, things: ["t"] },
      statements: [{ Effect: "Allow", Action: ["iot:Connect"], Resource: ["client/t"] }],
    },
  ]);
});

test("a certificate alone may do nothing, as nothing", () => {
  expect(readPrincipals(createGraph([certificate(request)]))).toMatchObject([{ things: [], statements: [] }]);
});

test.each([
  ["a certificate without a request", [certificate({ active: true })], "issues certificates for requests only"],
  ["a policy that the program does not make", [certificate(request), granted], "has the policy p"],
  [
    "a policy variable",
    [certificate(request), granted, policy(`client/\${iot:Connection.Thing.ThingName}`)],
    "has a policy variable, which local mode does not resolve",
  ],
  [
    "a condition that it does not know",
    [certificate(request), granted, policy("client/t", { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })],
    "uses the condition operator IpAddress",
  ],
])("%s is refused", (_, resources, message) => {
  expect(() => readPrincipals(createGraph(resources))).toThrow(message);
});

test("ARNs are of the region that the program works in", () => {
  const provider = resource("pulumi:providers:aws", "aws", { region: "eu-north-1" });
  expect(iotArns(createGraph([provider]))("client/t")).toBe("arn:aws:iot:eu-north-1:123456789012:client/t");
  expect(iotArns(createGraph([]))("client/t")).toBe("arn:aws:iot:eu-central-1:123456789012:client/t");
});
