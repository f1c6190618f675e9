/** Plans and loads that lie on an edge: a limit that is just reached, a tie, a price that changes within what counts together. */
import type { Load } from "./random-load";
import type { Scene } from "./random-plan";
import type { Drawn } from "./two-bills";

const always = { from: "2025-01-01", until: "2027-01-01", example: true, vat: 0.23 };
const general = { name: "Edge", currency: "PLN", timezone: "Europe/Warsaw", description: "An edge." };
const energy = (...versions: readonly object[]) => ({ id: "energy", name: "Energy", kind: "energy", versions });
const cents = (of: string, mode: string) => ({ amount: { of, to: 0.01, mode } });

/** A kilowatt-hour an hour: 24 on the first day, which has 25 hours, and 24 on the second. */
const even: Load = [[250, 0]];

const both: Load = [
  ...([
    [900, 100],
    [300, 0],
    [0, 500],
    [0, 0],
  ] as const),
  ...([
    [100, 900],
    [300, 0],
    [0, 500],
    [0, 0],
  ] as const),
  ...([
    [300, 200],
    [0, 100],
    [0, 0],
    [0, 0],
  ] as const),
  ...([[300, 200], "unknown", [0, 50], [0, 0]] as const),
];

export function edges({ from, until, changes: [change = from] }: Scene): Drawn[] {
  const edge = (keys: object, load: Load = even, contract: object = {}): Drawn => ({
    text: { ...general, ...keys },
    load,
    days: 100,
    contract: { from, until, ...contract },
  });
  const halves = (way: (part: number) => object) =>
    energy({ ...always, until: change, ...way(1) }, { ...always, from: change, ...way(2) });
  const steps = (limit: object, price: number) => [{ ...limit, price }, { price: 10 * price }];
  const tie: Load = [
    [50, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  return [
    // Use goes on over the change of a price, unless each price has its own share of the limit.
    edge({ components: [halves((price) => ({ blocks: { per: "month", steps: steps({ upTo: 30 }, price) } }))] }),
    edge({
      components: [
        halves((price) => ({ blocks: { per: "bill", prorated: true, steps: steps({ upTo: 600 }, price) } })),
      ],
    }),
    edge({ components: [halves((price) => ({ blocks: { per: "bill", steps: steps({ upToPerDay: 20 }, price) } }))] }),
    // A limit that the last quarter of an hour just reaches.
    edge({ components: [energy({ ...always, blocks: { per: "day", steps: steps({ upTo: 12 }, 0.1) } })] }),
    ...[49, 48.999, 49.001].map((upTo) => {
      const brackets = { per: "month", of: "annual_kwh", steps: [{ upTo, price: 4 }, { price: 10 }] };
      const capacity = { id: "capacity", name: "Capacity", kind: "capacity", versions: [{ ...always, brackets }] };
      return edge({ components: [energy({ ...always, price: 0.5 }), capacity] });
    }),
    // Hours that take more than they give, that give more, and that do both alike or with a quarter that is not known.
    edge(
      {
        netting: "hour",
        components: [
          energy({ ...always, price: 0.5 }),
          { id: "sun", name: "Sun", kind: "feed_in", direction: "export", versions: [{ ...always, price: 0.25 }] },
        ],
      },
      both,
    ),
    ...["slot", "band", "line"].flatMap((of) =>
      ["half_up", "half_even"].map((mode) =>
        edge({ components: [energy({ ...always, price: 0.1 })], rounding: cents(of, mode) }, tie),
      ),
    ),
  ];
}
