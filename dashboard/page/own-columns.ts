/** The names of columns that only one screen has, beside those of all. */
import type { View } from "./view";

export const withColumns = (view: View, columns: Readonly<Record<string, string>>): View => ({
  ...view,
  texts: { ...view.texts, columns: { ...view.texts.columns, ...columns } },
});
