// The console of a function whose log format is JSON, as Lambda's Node runtime makes it: a line of JSON a call, with the
// one argument as it is under `message`. Several arguments, or one that JSON does not take, become text.
const { format } = require("node:util");

const levels = { debug: "DEBUG", error: "ERROR", info: "INFO", log: "INFO", trace: "TRACE", warn: "WARN" };

const ofError = (error) => ({
  errorType: error.name,
  errorMessage: error.message,
  stackTrace: (error.stack ?? "").split("\n"),
});
const replaceErrors = (_, value) => (value instanceof Error ? ofError(value) : value);

/** `requestId` tells whose invocation it is. */
exports.logAsJson = (requestId) => {
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      const head = { timestamp: new Date().toISOString(), level, requestId: requestId() };
      const asText = () => JSON.stringify({ ...head, message: format(...values) });
      let line;
      try {
        line = values.length === 1 ? JSON.stringify({ ...head, message: values[0] }, replaceErrors) : asText();
      } catch {
        line = asText();
      }
      process.stdout.write(`${line}\n`);
    };
  }
};
