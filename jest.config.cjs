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
  // A worker keeps the modules of each test file that it has run, up to 100 MB a file. To give 2 GB back at its end takes
  // longer than the half second after which Jest calls it hanging; so it makes room for a new one before.
  workerIdleMemoryLimit: "300MB",
  // For what hangs, and nothing else: the only limit of a test, many times what a slow and busy machine needs.
  testTimeout: 30 * 60_000,
};
