/** Amazon SQS: the queues of the graph, with visibility timeout and dead-letter redrive. */
export type { Queue, Received } from "./queue";
export { createQueues } from "./queues";
