/** Elements, in few words. */

type Attributes = Readonly<Record<string, string | number | boolean | ((event: never) => void)>>;
type Child = Node | string;

/** A new element: handlers for what begins with `on`, attributes for the rest. `false` leaves an attribute out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (typeof value === "function") made.addEventListener(key.slice(2), value as (event: Event) => void);
    else if (value !== false) made.setAttribute(key, value === true ? "" : String(value));
  made.append(...children);
  return made;
}

/** The element of index.html that has this id. */
export function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found as T;
}
