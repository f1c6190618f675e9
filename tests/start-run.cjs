// Before the first test: a folder for what is made once a run (run-folder.ts).
const { mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

module.exports = () => {
  process.env.WATTLAKE_TEST_RUN = mkdtempSync(join(tmpdir(), "wattlake-run-"));
};
