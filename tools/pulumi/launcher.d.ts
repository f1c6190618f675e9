/** The parts of the package `pulumi` that are used here; it comes without types. */
declare module "pulumi/lib/cache" {
  export function cacheDir(version: string): string;
}
declare module "pulumi/lib/resolve" {
  /** Puts the engine of the version into the folder. */
  export type Install = (version: string, folder: string) => Promise<void>;
  /** The engine's path, fetched where it is not there yet. */
  export function resolve(options: { readonly version: string; readonly install?: Install }): Promise<string>;
}
