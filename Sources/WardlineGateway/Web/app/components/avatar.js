import { element, spoken } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { presenceWord } from "../state/presence.js";
import { colourIndex, initials } from "../text/words.js";

/// The round picture of a person or a group, with a dot that says whether they are there.
export function avatar({ id, name, isGroup = false, presence, size = "medium" }) {
  const face = element(
    "span",
    { class: `avatar avatar-${size}`, "data-colour": colourIndex(id) },
    isGroup ? icon("people") : element("span", { "aria-hidden": "true" }, initials(name)),
  );
  if (!isGroup && presence !== undefined) face.append(presenceDot(presence));
  return face;
}

function presenceDot(presence) {
  const { state, word } = presenceWord(presence);
  return element("span", { class: "presence-dot", "data-state": state }, spoken(word));
}
