import { element } from "../dom/element.js";
import { listOf } from "../text/words.js";

/// Says in the line who is typing.
export function showTyping(line, names) {
  if (names.length === 0) return line.replaceChildren();
  const dots = element("span", { class: "typing-dots", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
  return line.replaceChildren(dots, `${listOf(names)} ${names.length === 1 ? "is" : "are"} typing…`);
}
