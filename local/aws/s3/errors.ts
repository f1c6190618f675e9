/** What S3 answers when it does not do what it was asked: `code` becomes the name of the SDK's error. */
export class S3Error extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

export const notImplemented = (what: string) =>
  new S3Error(501, "NotImplemented", `${what} is not carried out by the local object store.`);

export const invalidArgument = (message: string) => new S3Error(400, "InvalidArgument", message);

export const noSuchKey = (bucket: string, key: string) =>
  new S3Error(404, "NoSuchKey", `The bucket ${bucket} has no object "${key}".`);

export const preconditionFailed = (condition: string) =>
  new S3Error(412, "PreconditionFailed", `The precondition ${condition} did not hold.`);
