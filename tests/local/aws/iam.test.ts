/** Roles, trust and policy documents: who may do what in local mode. */
import fc from "fast-check";
import { createIdentities } from "../../../local/aws/iam/identity";
import { evaluate, readStatements } from "../../../local/aws/iam/policy-document";
import { createGraph } from "../../../local/program/graph";

const version = "2012-10-17";
const lambda = { service: "lambda.amazonaws.com" };
const arn = "arn:aws:iam::123456789012:role/reader";

function identities(
  statements: unknown[],
  trust: object = { Principal: { Service: lambda.service } },
  bucketPolicy: unknown[] = [],
) {
  const assumeRolePolicy = { Version: version, Statement: { Effect: "Allow", Action: "sts:AssumeRole", ...trust } };
  const resource = (type: string, name: string, inputs: unknown, state = {}) => ({
    type,
    name,
    id: name,
    custom: true,
    inputs,
    state,
  });
  return createIdentities(
    createGraph([
      resource("aws:iam/role:Role", "reader-role", { assumeRolePolicy }, { name: "reader", arn }),
      resource("aws:iam/rolePolicy:RolePolicy", "p", {
        role: "reader",
        policy: JSON.stringify({ Version: version, Statement: statements }),
      }),
      resource("aws:s3/bucketPolicy:BucketPolicy", "b", {
        bucket: "lake",
        policy: { Version: version, Statement: bucketPolicy },
      }),
    ]),
  );
}

const read = { Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::lake/raw/*" };
const list = {
  Effect: "Allow",
  Action: "s3:ListBucket",
  Resource: "arn:aws:s3:::lake",
  Condition: { StringLike: { "s3:prefix": ["raw/*", "daily/*"] } },
};

function decide(subject: ReturnType<typeof identities>, action: string, resource: string, conditions = {}) {
  const { accessKeyId } = subject.assume(arn, lambda);
  return subject.authorize({ accessKeyId, action, resource: `arn:aws:s3:::${resource}`, conditions });
}

describe("S3 calls", () => {
  const subject = identities([read, list]);

  it.each([
    ["s3:GetObject", "lake/raw/a", {}, true],
    ["s3:getobject", "lake/raw/a", {}, true],
    ["s3:GetObject", "lake/rawest", {}, false],
    ["s3:GetObject", "other/raw/a", {}, false],
    ["s3:PutObject", "lake/raw/a", {}, false],
    ["s3:ListBucket", "lake", { "s3:prefix": "raw/date=2025-06-01/" }, true],
    ["s3:ListBucket", "lake", { "s3:prefix": "archive/" }, false],
    ["s3:ListBucket", "lake", {}, false],
  ])("%s on %s %j: %s", (action, resource, conditions, expected) => {
    expect(decide(subject, action, resource, conditions).allowed).toBe(expected);
  });

  it("says who was refused what", () => {
    expect(decide(subject, "s3:PutObject", "lake/raw/a")).toEqual({
      allowed: false,
      reason: "The role reader is not allowed s3:PutObject on arn:aws:s3:::lake/raw/a.",
    });
  });

  it("refuses a key of nobody and lets the deployer pass", () => {
    const call = { action: "s3:PutObject", resource: "arn:aws:s3:::lake/reference/x", conditions: {} };
    expect(subject.authorize({ ...call, accessKeyId: "AKIA" }).allowed).toBe(false);
    expect(subject.authorize({ ...call, accessKeyId: subject.deployer.accessKeyId }).allowed).toBe(true);
  });

  it("counts loopback as TLS, and obeys every other denial of the bucket", () => {
    const deny = (extra: object) => ({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "arn:aws:s3:::lake/*",
      ...extra,
    });
    const overTls = identities([read], undefined, [deny({ Condition: { Bool: { "aws:SecureTransport": "false" } } })]);
    expect(decide(overTls, "s3:GetObject", "lake/raw/a").allowed).toBe(true);
    expect(decide(identities([read], undefined, [deny({})]), "s3:GetObject", "lake/raw/a")).toMatchObject({
      reason: "The role reader is denied s3:GetObject on arn:aws:s3:::lake/raw/a.",
    });
  });
});

describe("trust", () => {
  it("gives a role only to whom it trusts", () => {
    const subject = identities([read]);
    expect(() => subject.assume(arn, { service: "iot.amazonaws.com" })).toThrow(
      "trust policy of the role reader refuses iot",
    );
    expect(() => subject.assume("arn:aws:iam::123456789012:role/none", lambda)).toThrow("no such role");
  });

  it("looks at the conditions of a trust", () => {
    const trust = (sub: string) => ({
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "accounts.google.com" },
      Condition: { StringEquals: { "accounts.google.com:sub": sub } },
    });
    const google = { service: "accounts.google.com", claims: { "accounts.google.com:sub": "1" } };
    expect(identities([read], trust("1")).assume(arn, google).accessKeyId).toMatch(/^LOCAL/);
    expect(() => identities([read], trust("2")).assume(arn, google)).toThrow("refuses accounts.google.com");
  });

  it("checks a call to a service other than S3", () => {
    const invoke = { action: "lambda:InvokeFunction", resource: "arn:aws:lambda:eu-central-1:123456789012:function:f" };
    const subject = identities([{ Effect: "Allow", Action: invoke.action, Resource: invoke.resource }]);
    expect(() => subject.require(arn, lambda, invoke)).not.toThrow();
    expect(() => subject.require(arn, lambda, { ...invoke, action: "lambda:DeleteFunction" })).toThrow(
      "not allowed lambda:DeleteFunction",
    );
  });
});

describe("documents", () => {
  const one = (statement: object) => readStatements({ Version: version, Statement: statement }, "x");

  it("denies before it allows", () => {
    const statements = [...one(read), ...one({ ...read, Effect: "Deny", Resource: "arn:aws:s3:::lake/raw/secret" })];
    const call = { action: "s3:GetObject", resource: "arn:aws:s3:::lake/raw/secret", context: {} };
    expect(evaluate(statements, call)).toBe("denied");
    expect(evaluate(statements, { ...call, resource: "arn:aws:s3:::lake/raw/public" })).toBe("allowed");
  });

  it.each([
    ["StringNotEquals", { k: "a" }, { k: "b" }, true],
    ["StringNotEquals", { k: "a" }, { k: "a" }, false],
    ["StringNotEquals", { k: "a" }, {}, true],
    ["StringEqualsIfExists", { k: "a" }, {}, true],
    ["StringEquals", { k: "a" }, {}, false],
    ["ArnLike", { k: "arn:aws:s3:::lake*" }, { k: "arn:aws:s3:::lake-1" }, true],
    ["Bool", { k: true }, { k: "true" }, true],
  ])("%s %j with %j: %s", (operator, expected, context: Record<string, string>, result) => {
    const statements = one({ ...read, Condition: { [operator]: expected } });
    const verdict = evaluate(statements, { action: "s3:GetObject", resource: "arn:aws:s3:::lake/raw/a", context });
    expect(verdict === "allowed").toBe(result);
  });

  it("refuses a document that it would judge wrongly", () => {
    expect(() => one({ ...read, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })).toThrow("IpAddress");
    expect(() => one({ ...read, Effect: "Maybe" })).toThrow("The policy of x is not understood");
    expect(() => one({ Effect: "Allow", Resource: "*" })).toThrow("needs Action or NotAction");
    expect(() => readStatements({ Statement: [] }, "x")).toThrow("Version");
  });

  it("takes every character but * and ? for itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (key, other) => {
        const plain = key.replaceAll(/[*?]/g, "-");
        const statements = one({ ...read, Resource: `arn:aws:s3:::lake/${plain}` });
        const verdict = (name: string) =>
          evaluate(statements, { action: "s3:GetObject", resource: `arn:aws:s3:::lake/${name}`, context: {} });
        expect(verdict(plain)).toBe("allowed");
        expect(verdict(other) === "allowed").toBe(other === plain);
      }),
    );
  });
});
