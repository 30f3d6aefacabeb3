import { element, spoken } from "../dom/element.js";
import { withArrowKeys } from "../dom/toolbar.js";
import { listOf } from "../text/words.js";

/// The emoji that are offered. Others that somebody gave are shown and can be given too.
export const offered = ["👍", "❤️", "🙏", "😊", "🎉", "👀"];

/// The emoji under a message, each a button that gives or takes back one's own.
export function reactionsOf(view, onToggle) {
  const { message, me, nameOf } = view;
  if (!message.reactions?.length) return null;
  return element(
    "div",
    { class: "reactions" },
    message.reactions.map(({ emoji, count, userIds }) => {
      const isMine = userIds.includes(me.userId);
      const names = listOf(userIds.map((id) => (id === me.userId ? "you" : nameOf(id))));
      return element(
        "button",
        {
          type: "button",
          class: "reaction",
          tabindex: "-1",
          title: names,
          "aria-pressed": String(isMine),
          onClick: () => onToggle(emoji),
        },
        element("span", { "aria-hidden": "true" }, emoji),
        element("span", { "aria-hidden": "true" }, String(count)),
        spoken(`${emoji} by ${names}`),
      );
    }),
  );
}

/// A row of emoji to choose from, beside a message.
export function reactionChooser(onChoose, onClose) {
  const chooser = element(
    "div",
    {
      class: "reaction-chooser",
      role: "toolbar",
      "aria-label": "Choose a reaction",
      onKeydown: (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      },
      // Safari gives buttons no focus when they are pressed: the chooser would lose it, and go.
      onMousedown: (event) => event.preventDefault(),
    },
    offered.map((emoji) =>
      element(
        "button",
        { type: "button", class: "reaction-choice", "aria-label": `React with ${emoji}`, onClick: () => onChoose(emoji) },
        emoji,
      ),
    ),
  );
  return withArrowKeys(chooser);
}
