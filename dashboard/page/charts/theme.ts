/** The colours of the style sheet as the charts need them, and the patterns that stand for how far a figure is known. */

export interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly surface: string;
  readonly grid: string;
  readonly solar: string;
  readonly battery: string;
  readonly home: string;
  readonly export: string;
  /** Of circuits, by their rank. */
  readonly loads: readonly string[];
  /** From little to much. */
  readonly heat: readonly string[];
  readonly accent: string;
  readonly hatch: string;
  readonly fontFamily: string;
  /** Whether things may move. */
  readonly moves: boolean;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: color("text"),
    faint: color("text-faint"),
    line: color("line"),
    surface: color("surface"),
    grid: color("grid"),
    solar: color("solar"),
    battery: color("battery"),
    home: color("home"),
    export: color("export"),
    loads: [1, 2, 3, 4, 5, 6].map((rank) => color(`load-${rank}`)),
    heat: [0, 1, 2, 3, 4, 5].map((level) => color(`heat-${level}`)),
    accent: color("accent"),
    hatch: color("hatch"),
    fontFamily: style.fontFamily,
    moves: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

/** Called when the reader's system changes to light or dark, or stops motion. */
export function onThemeChange(act: () => void): () => void {
  const queries = ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"].map((each) => matchMedia(each));
  for (const query of queries) query.addEventListener("change", act);
  return () => {
    for (const query of queries) query.removeEventListener("change", act);
  };
}

const hatched = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 };

/** Nothing is known of this time. */
export const unknownHatch = (theme: Theme) => ({ ...hatched, color: theme.hatch });

/** The pattern over a bar whose energy is of this quality; undefined where it is measured. */
export function patternOf(quality: string | undefined, theme: Theme) {
  const color = theme.surface;
  if (quality === "partial") return { ...hatched, dashArrayY: [2, 4], color };
  if (quality === "filled")
    return {
      symbol: "circle",
      symbolSize: 0.7,
      dashArrayX: [
        [6, 6],
        [0, 6, 6, 0],
      ],
      dashArrayY: [6, 0],
      color,
    };
  if (quality === "disputed")
    return { symbol: "rect", dashArrayX: [[2, 5]], dashArrayY: [2, 5], rotation: Math.PI / 4, color };
  return undefined;
}
