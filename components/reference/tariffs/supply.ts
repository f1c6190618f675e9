/** Which plan is computed at which site on which days: its own contracts, and the plans that they are compared with. */
import type { StackConfig } from "../../../config";
import { isOfPlace } from "../../../configuration/contract-checks";
import { type Contract, contractsOf, planNamed } from "../../../configuration/contracts";
import type { Tariff } from "../../../configuration/tariffs";
import { common, dayOf, isEmpty, joined, type Span, spanOf, without } from "./spans";

/** A plan at a site on days without a break; no two of one plan and site have a day in common. */
export interface Supply {
  readonly site: string;
  readonly tariff: Tariff;
  /** The site's contract; otherwise a plan that it is compared with. */
  readonly isOwn: boolean;
  readonly days: Span;
  readonly contract: Omit<Contract, "plan" | "from" | "until">;
}

export type TariffConfig = Pick<StackConfig, "sites" | "tariffs" | "warehouse">;

/** Site after site, its own plans first. `planOf` gives the plan of a name. */
export function suppliesOf({ sites, tariffs, warehouse }: TariffConfig, planOf = planNamed): Supply[] {
  const days = { start: dayOf(warehouse.calendar.from), end: dayOf(warehouse.calendar.to) + 1 };
  const calendar = common(days, spanOf({ until: tariffs.until }));
  return sites.flatMap((site) => {
    const own = contractsOf(site).flatMap(({ plan, from, until, ...contract }) =>
      daysKnown(planOf(plan), common(spanOf({ from, until }), calendar)).map(
        (days): Supply => ({ site: site.id, tariff: planOf(plan), isOwn: true, days, contract }),
      ),
    );
    own.sort((a, b) => a.days.start - b.days.start);
    const compared = (tariffs.compare ?? []).map(planOf).filter((plan) => isOfPlace(plan, site));
    return [...own, ...compared.flatMap((tariff) => besides(own, contractsOf(site), tariff, site.id, calendar))];
  });
}

/**
 * On the days on which it is not the site's own already. What the contract of these days says beside the plan, or, where
 * there is none, the last one, holds for it too; bills begin as the plan says.
 */
function besides(own: readonly Supply[], contracts: readonly Contract[], tariff: Tariff, site: string, calendar: Span) {
  const taken = own.filter((each) => each.tariff.id === tariff.id).map(({ days }) => days);
  return without(calendar, taken)
    .flatMap((days) => daysKnown(tariff, days))
    .map((days): Supply => {
      const then = contracts.findLast((each) => !isEmpty(common(spanOf(each), days))) ?? contracts.at(-1);
      const { contractedPower, annualUse } = then ?? {};
      return { site, tariff, isOwn: false, days, contract: { contractedPower, annualUse } };
    });
}

/**
 * The days on which a plan says what energy costs, among those asked for. A levy that goes on where the energy's price has
 * run out makes no price.
 */
function daysKnown({ components }: Tariff, among: Span): Span[] {
  const energy = components.filter(({ kind, direction }) => kind === "energy" && direction === "import");
  const deciding = energy.length > 0 ? energy : components;
  return joined(deciding.flatMap(({ versions }) => versions.map((version) => common(spanOf(version), among))));
}
