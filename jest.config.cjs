/** Tests mirror the folders they test; the TypeScript emit is the one that is deployed (see docs/architecture.md). */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  testMatch: ["**/*.test.ts"],
  transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json" }] },
  coverageProvider: "v8",
  maxWorkers: 2,
  // Generous: a timeout catches what hangs, it is no measurement.
  testTimeout: 240_000,
};
