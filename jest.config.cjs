/** Tests mirror the folders they test; the TypeScript emit is the one that is deployed (see docs/architecture.md). */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  testMatch: ["**/*.test.ts"],
  transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json" }] },
  coverageProvider: "v8",
  globalSetup: "<rootDir>/tests/start-run.cjs",
  globalTeardown: "<rootDir>/tests/end-run.cjs",
  maxWorkers: 2,
  // For what hangs, and nothing else: the only limit of a test, many times what a slow and busy machine needs.
  testTimeout: 30 * 60_000,
};
