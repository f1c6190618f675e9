/** The faults that a call can meet, and the one place where they strike: between the S3 stand-in and whoever calls it. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** Of a call to S3. Each strikes once; a client that tries again finds everything as it should be. */
export const callFaults = {
  error: "500 InternalError",
  throttle: "503 SlowDown",
  denied: "403 AccessDenied, as while a right is not there yet",
  lost_request: "the connection ends before the call is carried out",
  lost_answer: "the call is carried out, the connection ends without an answer",
  torn: "the connection ends in the middle of the body, of the answer or of what is put",
  killed: "the process that calls ends, nothing is carried out",
  timed_out: "the call is carried out and never answered, until Lambda ends the process",
} as const;
/** Of an invocation of a function. */
export const invocationFaults = {
  throttled: "Lambda.TooManyRequestsException, nothing is carried out",
  lost: "Lambda.ServiceException, although the function has done everything",
  crashed: "Runtime.ExitError before the first line",
} as const;
/** Of an event that S3 tells a queue. */
export const eventFaults = { never: "the event is lost", twice: "the event comes twice" } as const;

export type CallFault = keyof typeof callFaults;
export type Fault = CallFault | keyof typeof invocationFaults | keyof typeof eventFaults;

/** A call, an invocation or an event of a run: what it is, and the how many-th of its kind. */
export interface Position {
  readonly what: string;
  readonly occurrence: number;
}
export interface Strike {
  readonly fault: Fault;
  readonly at: Position;
}

/** Counts what happens, by what it is, and says when the fault strikes. */
export function createTrigger(strike?: Strike) {
  const counts = new Map<string, number>();
  const seen: Position[] = [];
  let struck = false;
  return {
    /** The fault that strikes here and now. */
    pass(what: string): Fault | undefined {
      const occurrence = counts.get(what) ?? 0;
      counts.set(what, occurrence + 1);
      seen.push({ what, occurrence });
      if (strike?.at.what !== what || strike.at.occurrence !== occurrence) return undefined;
      struck = true;
      return strike.fault;
    },
    seen: seen as readonly Position[],
    struck: () => struck,
  };
}

/** S3's own words. */
const refusals: Partial<Record<Fault, { status: number; code: string }>> = {
  error: { status: 500, code: "InternalError" },
  throttle: { status: 503, code: "SlowDown" },
  denied: { status: 403, code: "AccessDenied" },
};

/** Lets a call fail; `kill` ends the process that makes it. */
export function failCall(
  fault: CallFault,
  request: IncomingMessage,
  response: ServerResponse,
  answer: () => void,
  kill: (death: "Runtime.ExitError" | "Sandbox.Timedout") => void,
): void {
  const refusal = refusals[fault];
  if (refusal) {
    request.resume();
    response.writeHead(refusal.status, { "content-type": "application/xml" });
    response.end(`<Error><Code>${refusal.code}</Code><Message>injected</Message></Error>`);
  } else if (fault === "lost_request") request.socket.destroy();
  else if (fault === "killed") {
    kill("Runtime.ExitError");
    request.socket.destroy();
  } else if (fault === "torn") tear(request, response, answer);
  else {
    insteadOfAnswer(response, () => {
      if (fault === "timed_out") kill("Sandbox.Timedout");
      request.socket.destroy();
    });
    answer();
  }
}

/** The call is carried out, and then this happens in place of its answer. */
function insteadOfAnswer(response: ServerResponse, act: () => void): void {
  const silent = () => {
    setImmediate(act);
    return response;
  };
  response.end = silent;
  response.write = () => {
    silent();
    return true;
  };
}

function tear(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
  if (request.method === "PUT") {
    // Of what is put the half arrives; then it is as Node tells of a connection that has ended.
    const { iterator } = request;
    request.iterator = async function* half(options): AsyncGenerator<Buffer, undefined> {
      for await (const chunk of iterator.call(request, options)) {
        yield Buffer.from(chunk).subarray(0, chunk.length >> 1);
        request.socket.destroy();
        throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
      }
      return undefined;
    };
    answer();
    return;
  }
  const end = response.end.bind(response);
  response.end = (body?: unknown) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : "");
    if (bytes.length < 2) return end();
    response.setHeader("content-length", bytes.length);
    response.write(bytes.subarray(0, bytes.length >> 1), () => request.socket.destroy());
    return response;
  };
  answer();
}
