/** What a plan must keep beyond the kinds of its values: what it names exists, and each thing is said once. */
import type { z } from "zod";
import { show } from "../wording";
import { exactlyOne, type Fault, fault } from "./fault";
import type { Plan } from "./plan-schema";
import { componentFaults } from "./version-structure";

export function crossCheckPlan(plan: Plan, context: z.RefinementCtx): void {
  for (const { path, message } of planFaults(plan)) context.addIssue({ code: "custom", path: [...path], message });
}

function planFaults(plan: Plan): Fault[] {
  return [
    ...holidayFaults(plan),
    ...(plan.minimumBill ? exactlyOne(plan.minimumBill, ["perDay", "perBill"], ["minimumBill"]) : []),
    ...plan.components.flatMap((component, at) => {
      const isSecond = plan.components.slice(0, at).some(({ id }) => id === component.id);
      const path = ["components", at];
      return [
        ...(isSecond ? [fault([...path, "id"], `is ${show(component.id)}, but so is another component's`)] : []),
        ...componentFaults(plan, component, path),
      ];
    }),
  ];
}

/** What speaks of holidays needs a calendar. */
function holidayFaults({ calendar, holidays, dayTypes }: Plan): Fault[] {
  const faults = holidays ? exactlyOne(holidays, ["only", "except"], ["holidays"]) : [];
  if (calendar !== undefined) return faults;
  if (holidays) faults.push(fault(["holidays"], "needs a calendar"));
  for (const [name, dayType] of Object.entries(dayTypes))
    if (dayType.holidays !== "as_usual")
      faults.push(fault(["dayTypes", name, "holidays"], "needs the plan's calendar"));
  return faults;
}
