/** Lets the meters in: a thing, a policy and certificates for each client, which may publish its own measurements and nothing else. */
import { X509Certificate } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi/errors";
import type { Protection } from "../protection";
import type { CertificateRequest, Stage } from "./meter-gateway-requests";
import { type GatewayThing, onlineTopic, publishedTopics } from "./meter-gateway-things";
import { allow, policy } from "./policy";

export interface MeterGatewayArgs {
  readonly things: readonly GatewayThing[];
  /** A client without one gets its thing and policy, but cannot connect yet. */
  readonly requests: readonly CertificateRequest[];
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  /** Guards certificates in use: without its certificate a meter is off-line until somebody walks up to it. */
  readonly protection: Protection;
}

/** PEM by stage; public. */
export type Certificates = { readonly [stage in Stage]?: string };

/** Characters of a policy document that IoT Core accepts. */
const policyLimit = 2048;

/** The clients of IoT Core. Their private keys exist only where `npm run provision` made them. */
export class MeterGateway extends pulumi.ComponentResource {
  /** Host name of IoT Core's MQTT endpoint, port 8883. */
  readonly endpoint: pulumi.Output<string>;
  /** What `npm run provision` brings to the meters, by thing. */
  readonly certificates: pulumi.Output<Record<string, Certificates>>;
  /** When the certificates end that may connect, by thing. */
  readonly certificateEnds: pulumi.Output<{ thing: string; ends: string }[]>;
  /** Clients that have no certificate in use yet. */
  readonly toProvision: readonly string[];

  constructor(name: string, args: MeterGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:MeterGateway", name, {}, opts);
    const parent = this;
    const requestsOf = (thing: string) => args.requests.filter((request) => request.thing === thing);

    const ends: pulumi.Output<{ thing: string; ends: string }>[] = [];
    const certificates = args.things.map((each) => [each.thing, createClient(each)] as const);

    this.endpoint = aws.iot.getEndpointOutput({ endpointType: "iot:Data-ATS" }, { parent }).endpointAddress;
    this.certificates = pulumi.output(Object.fromEntries(certificates));
    this.certificateEnds = pulumi.all(ends);
    this.toProvision = args.things
      .map(({ thing }) => thing)
      .filter((thing) => requestsOf(thing).every(({ stage }) => stage === "retired"));
    this.registerOutputs({
      endpoint: this.endpoint,
      certificates: this.certificates,
      toProvision: this.toProvision,
    });

    function createClient({ thing, ...rest }: GatewayThing) {
      const client = `${name}-${thing}`;
      const attributes = { site: rest.site };
      const registered = new aws.iot.Thing(client, { name: thing, attributes }, { parent });
      const granted = createPolicy(client, { thing, ...rest });
      const issued = requestsOf(thing).map((request) => [request.stage, issue(client, request)] as const);
      for (const [stage, { label, arn, pem }] of issued) {
        if (stage !== "retired") ends.push(pem.apply((text) => ({ thing, ends: endOf(text) })));
        new aws.iot.PolicyAttachment(`${label}-policy`, { policy: granted.name, target: arn }, { parent });
        new aws.iot.ThingPrincipalAttachment(`${label}-thing`, { thing: registered.name, principal: arn }, { parent });
      }
      return Object.fromEntries(issued.map(([stage, { pem }]) => [stage, pem]));
    }

    function createPolicy(client: string, thing: GatewayThing) {
      checkSize(thing);
      const document = pulumi.output(args.accountId).apply((account) => documentOf(thing, account));
      // A policy's name takes fewer characters than a thing's.
      return new aws.iot.Policy(`${client.replaceAll(":", "_")}-policy`, { policy: document }, { parent });
    }

    function checkSize(thing: GatewayThing) {
      const { length } = documentOf(thing, "123456789012");
      if (length > policyLimit)
        throw new RunError(
          `The bridge of the site "${thing.site}" carries ${thing.carries.length} meters: its policy would have ` +
            `${length} characters, but IoT Core takes ${policyLimit}. Divide the meters among two sites.`,
        );
    }

    function documentOf(thing: GatewayThing, account: string) {
      return JSON.stringify(clientPolicy(thing, `arn:aws:iot:${args.region}:${account}:`));
    }

    function issue(client: string, { stage, pem: csr, fingerprint }: CertificateRequest) {
      const label = `${client}-certificate-${fingerprint}`;
      const active = stage !== "retired";
      const protect = active && args.protection.protect;
      const certificate = new aws.iot.Certificate(label, { csr, active }, { parent, protect });
      // The provider takes every PEM for a secret; a certificate is none.
      return { label, arn: certificate.arn, pem: pulumi.unsecret(certificate.certificatePem) };
    }
  }
}

/** The last instant of a certificate (PEM). */
const endOf = (pem: string) => new Date(new X509Certificate(pem).validTo).toISOString();

/** Connects as itself and no one else, publishes its measurements, subscribes to nothing: no statement says so. */
function clientPolicy(client: GatewayThing, arn: string): aws.iam.PolicyDocument {
  const { thing, carries } = client;
  const topics = publishedTopics(client).map((topic) => `${arn}topic/${topic}`);
  const isAttached = { Bool: { "iot:Connection.Thing.IsAttached": "true" } };
  // A meter's birth and last will carry the RETAIN flag, and IoT Core drops whoever may not set it.
  const retained = carries.length === 0 ? [allow(["iot:RetainPublish"], [`${arn}topic/${onlineTopic(thing)}`])] : [];
  return policy(
    allow(["iot:Connect"], [`${arn}client/${thing}`], isAttached),
    allow(["iot:Publish"], topics),
    ...retained,
  );
}
