// Makes elements without HTML strings: whatever somebody wrote is text, never markup.

/// `attributes`: `onClick` and the like are listeners, `class` and `aria-…` are attributes, null and
/// false leave an attribute out. Children are elements, texts, or null for nothing.
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) set(made, name, value);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

function set(target, name, value) {
  if (name.startsWith("on")) {
    target.addEventListener(name.slice(2).toLowerCase(), value);
  } else if (value === true) {
    target.setAttribute(name, "");
  } else if (value !== false && value !== null && value !== undefined) {
    target.setAttribute(name, value);
  }
}

/// Text that only screen readers say.
export function spoken(text) {
  return element("span", { class: "spoken" }, text);
}

/// A button that shows an icon; its name is for screen readers and the tooltip.
export function iconButton(icon, name, onClick, attributes = {}) {
  return element(
    "button",
    { type: "button", class: "icon-button", "aria-label": name, title: name, onClick, ...attributes },
    icon,
  );
}
