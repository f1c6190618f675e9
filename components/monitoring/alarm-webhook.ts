/** Tells a web address of each alarm: a function behind the alarms' topic, and the address where only that function may read it. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { makeTellWebhook } from "../../functions/tell-webhook";
import { createOwnFunction } from "../aws/own-function";
import { allow } from "../aws/policy";

export interface AlarmWebhookArgs {
  /** The address. Whoever has it may write there, so it is a secret of the state. */
  readonly url: pulumi.Output<string>;
  readonly topicArn: pulumi.Input<string>;
  /** Days that the function's log is kept. */
  readonly logDays: number;
}

/** The parameter, the function and its subscription. */
export class AlarmWebhook extends pulumi.ComponentResource {
  constructor(name: string, { url, topicArn, logDays }: AlarmWebhookArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:AlarmWebhook", name, {}, opts);
    // Encrypted with AWS's own key for parameters, which whoever may read the parameter may use.
    const secret = { type: "SecureString", value: url, description: "Where the alarms are told" };
    const parameter = new aws.ssm.Parameter(`${name}-url`, secret, { parent: this });
    const { functionArn, functionName } = createOwnFunction(
      name,
      {
        description: "Tells a web address of an alarm",
        callbackFactory: makeTellWebhook,
        packages: ["@aws-sdk/client-ssm", "zod"],
        rights: [allow(["ssm:GetParameter"], [parameter.arn])],
        memoryMebibytes: 256,
        // Two tries of the parameter and one of the address, with its own limit.
        timeoutSeconds: 20,
        environment: () => ({ WEBHOOK_PARAMETER: parameter.name }),
        logDays,
      },
      this,
    );
    const permission = new aws.lambda.Permission(
      `${name}-permission`,
      {
        action: "lambda:InvokeFunction",
        function: functionName,
        principal: "sns.amazonaws.com",
        sourceArn: topicArn,
      },
      { parent: this },
    );
    const subscription = { topic: topicArn, protocol: "lambda", endpoint: functionArn };
    new aws.sns.TopicSubscription(`${name}-subscription`, subscription, { parent: this, dependsOn: permission });
    this.registerOutputs({});
  }
}
