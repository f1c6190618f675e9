/** How what holds data is guarded against deletion. */

/** Options of every resource that holds data, or that guards it. */
export interface Protection {
  /** The engine refuses to delete or replace the resource. */
  readonly protect: boolean;
  /** Should it be unprotected and leave the program, it stays in the cloud. */
  readonly retainOnDelete: boolean;
}

/** The stack `prod` keeps its data; every other stack can be destroyed whole. */
export function protectionOf(stack: string): Protection {
  const production = stack === "prod";
  return { protect: production, retainOnDelete: production };
}
