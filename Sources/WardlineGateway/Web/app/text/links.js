import { element } from "../dom/element.js";

const address = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/// The text, with its web addresses as links. Only http and https become links.
export function withLinks(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(address)) {
    parts.push(text.slice(end, found.index));
    parts.push(
      element("a", { href: found[0], target: "_blank", rel: "noopener noreferrer" }, found[0]),
    );
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}
