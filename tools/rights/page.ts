/** Where docs/deploy.md has the inventory of rights, and of what. */
import type { AwsScope } from "../../bootstrap/aws-rights";

/** The stacks whose resources are told. */
export const documentedStacks = ["dev", "prod"] as const;

/** Names of the ARNs that are shown; region and account are left out of them. */
export const documentedScope: AwsScope = {
  project: "wattlake",
  stack: "dev",
  region: "eu-central-1",
  accountId: "123456789012",
};

const inventory = /(?<=<!-- rights -->\n).*(?=<!-- end of rights -->)/s;

/** @throws where the page has no marks. */
export function readInventory(page: string): string {
  const [text] = inventory.exec(page) ?? [];
  if (text === undefined) throw new Error("docs/deploy.md has no place for the rights: <!-- rights --> and its end");
  return text;
}

export const replaceInventory = (page: string, text: string): string => {
  readInventory(page);
  return page.replace(inventory, () => text);
};
