/** Elements in one expression. */

export type Child = Node | string | undefined;
export type Attributes = Readonly<Record<string, string | boolean | undefined>>;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes))
    if (value === undefined || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? "" : value);
}

export function button(label: Child, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", onClick);
  return made;
}

/** A choice of one of several, as buttons that show which is pressed. */
export function choice<Name extends string>(
  label: string,
  options: readonly { readonly name: Name; readonly text: string }[],
  chosen: Name | undefined,
  onChoose: (name: Name) => void,
): HTMLElement {
  const buttons = options.map(({ name, text }) =>
    button(text, () => onChoose(name), { "aria-pressed": name === chosen ? "true" : "false", "data-choice": name }),
  );
  return element("div", { class: "choice", role: "group", "aria-label": label }, ...buttons);
}
