/** AWS is reached, with credentials that it takes, in a region that the account has turned on. */
import { type Check, fine, mend, unseen } from "../check";
import { nameOf, reasonOf } from "../reasons";

/** What a service says of credentials that it does not take; of a region that is off it says the same. */
const refused = ["InvalidClientTokenId", "UnrecognizedClientException", "RegionDisabledException"];
const expired = ["ExpiredToken", "ExpiredTokenException"];

export const awsAccount: Check<"config"> = {
  title: "AWS account",
  needs: ["config"],
  async look({ aws }, { config }) {
    const region = String(config.values["aws:region"]);
    try {
      const caller = await aws.callerIdentity(region);
      return { ...fine(`${caller.account} in ${region}, as ${caller.arn}`), known: { caller } };
    } catch (error) {
      const name = nameOf(error);
      if (/Credentials|TokenProvider/.test(name))
        return mend({
          sentence: `No AWS account can be reached: ${reasonOf(error)}.`,
          command: "aws configure sso && export AWS_PROFILE=<profile>",
        });
      if (expired.includes(name))
        return mend({ sentence: "The AWS credentials have expired.", command: "aws sso login" });
      if (refused.includes(name))
        return mend({
          sentence: `AWS does not take these credentials in ${region}: the region is off in the account, or they are no longer valid.`,
          command: `aws account enable-region --region-name ${region}`,
        });
      return unseen(`AWS cannot be reached (${reasonOf(error)})`);
    }
  },
};
