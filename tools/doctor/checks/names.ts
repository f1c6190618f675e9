/** The program runs to its end with the configuration: every name fits its service, every policy its limit. */
import { type Check, edit, fine, mend } from "../check";

export const names: Check<"config"> = {
  title: "program and names",
  needs: ["config"],
  async look({ stack, registerResources }, { config }) {
    try {
      const resources = await registerResources(config);
      return { ...fine(`${resources.length} resources, every name fits`), known: { resources } };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return mend(
        ...error.message.split("\n").map((sentence) => ({
          sentence,
          command: /stack/.test(sentence) ? `npm run pulumi -- stack rename <name> --stack ${stack}` : edit(stack),
        })),
      );
    }
  },
};
