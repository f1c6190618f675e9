/** The second calculation comes to the bills that were computed by hand. */
import { secondBills } from "../second-calculation";
import { type Case, contractOf } from "./case";
import { cases } from "./cases";
import { expectBill } from "./expect-bill";
import { slotsOf } from "./slots";

test.each(cases.map((each): [string, Case] => [`${each.plan}: ${each.name}`, each]))("%s", (_, one) => {
  const contract = contractOf(one);
  const slots = slotsOf(one, contract.plan.timezone).map(({ startMs, ...energy }) => ({
    slot_start: new Date(startMs).toISOString(),
    ...energy,
  }));
  expectBill(one, secondBills(contract, slots));
});
