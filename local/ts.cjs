// Loads TypeScript the way the Pulumi CLI does (ts-node, transpile only): the emitted text of every Lambda is the deployed one.
const required = 24;
const actual = Number(process.versions.node.split(".")[0]);
if (actual < required) {
  console.error(
    `wattlake needs Node ${required}, this is ${process.version}. Run \`npm ci\` without --ignore-scripts, then use npm scripts.`,
  );
  process.exit(1);
}
require("ts-node").register({ transpileOnly: true, project: require.resolve("../tsconfig.json") });
