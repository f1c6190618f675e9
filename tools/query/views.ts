/** What can be asked: the views with their descriptions, those for analysts first, and the columns of one. */

import { userError } from "../../local/session/options";
import type { Catalog, View } from "../../sql/catalog";
import { internalStep } from "../../sql/sql-files";
import type { Answer } from "./answer";

const text = (name: string) => ({ name, type: "STRING" });
const isInternal = ({ description }: View) => description.startsWith(internalStep(""));

export function listViews({ views }: Catalog): Answer {
  const ordered = [...views.filter((view) => !isInternal(view)), ...views.filter(isInternal)];
  return {
    columns: [text("view"), text("description")],
    rows: ordered.map((view) => ({ view: callOf(view), description: view.description })),
  };
}

/** @throws a `UserError` where there is no such view. */
export function listColumns({ views }: Catalog, name: string): Answer {
  const view = views.find((each) => each.name === name);
  if (!view) throw userError(`There is no view ${name}. npm run query -- --views lists them.`);
  return {
    columns: [text("column"), text("type"), text("description")],
    rows: view.columns.map(({ name: column, type, description }) => ({ column, type, description })),
  };
}

/** A table function with its parameters. */
const callOf = ({ name, parameters }: View) =>
  parameters.length === 0 ? name : `${name}(${parameters.map((each) => `${each.name} ${each.type}`).join(", ")})`;
