/** What AWS IoT Core refuses of a message, whoever sends it. */

/** The largest payload. */
export const payloadBytes = 128 * 1024;
const limits = { topicBytes: 256, slashes: 7 };

/** Why no broker takes the message; undefined where it does. */
export function refusalOf(topic: string, payload: Uint8Array): string | undefined {
  const counted = topic.replace(/^\$aws\/rules\/[^/]+\//, "");
  if (/[#+]/.test(topic)) return "the topic has a wildcard (# or +); only a subscription may have one.";
  if (topic === "" || topic.includes("\0")) return "the topic is empty or has a NUL character.";
  if (Buffer.byteLength(counted) > limits.topicBytes) return `the topic is longer than ${limits.topicBytes} bytes.`;
  if (counted.split("/").length - 1 > limits.slashes) return `the topic has more than ${limits.slashes} slashes.`;
  if (payload.length > payloadBytes) return `the payload is larger than ${payloadBytes} bytes.`;
  if (topic.startsWith("$") && !topic.startsWith("$aws/rules/")) return "topics that begin with $ are reserved.";
  return undefined;
}
