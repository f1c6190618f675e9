// After the last test: the folder that start-run.cjs made goes.
const { rmSync } = require("node:fs");

module.exports = () => rmSync(process.env.WATTLAKE_TEST_RUN, { recursive: true });
