/** What every screen and chart is drawn with. */
import type { KnownSite, Shown } from "./address";
import type { Answer } from "./api";
import type { Format } from "./format";
import type { Texts } from "./texts";

export interface View {
  readonly shown: Shown;
  readonly site: KnownSite;
  readonly texts: Texts;
  readonly format: Format;
  /** Whether the server tells live power. */
  readonly live: boolean;
  /** Asks for tables that the screen is first drawn without. */
  readonly more: (tables: readonly string[]) => Promise<Answer>;
  /** Names of the figures whose tables are open; they stay so when the screen is drawn again. */
  readonly opened: Set<string>;
  /** Shows something else, as a link would. */
  readonly show: (change: Partial<Shown>) => void;
}

/** What is on the page, and how it goes. */
export interface Drawn {
  readonly element: HTMLElement;
  close(): void;
}
