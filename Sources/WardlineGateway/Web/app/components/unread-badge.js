import { element, spoken } from "../dom/element.js";

/// How many messages are unread, for the eye and for screen readers.
export function badge(count) {
  return element(
    "span",
    { class: "badge" },
    element("span", { "aria-hidden": "true" }, count > 99 ? "99+" : String(count)),
    spoken(`${count} unread`),
  );
}
