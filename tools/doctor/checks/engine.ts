/** Pulumi's engine is on this computer, in the version of the SDK; if not, the first command fetches it. */
import { advice, type Check, fine } from "../check";

export const engine: Check = {
  title: "Pulumi's engine",
  needs: [],
  async look({ pulumi }) {
    if (pulumi.isFetched()) return fine(`${pulumi.version}, that of the SDK`);
    return advice({
      sentence: `Pulumi's engine ${pulumi.version} is not on this computer yet; it comes from get.pulumi.com.`,
      command: "npm run pulumi -- version",
    });
  },
};
