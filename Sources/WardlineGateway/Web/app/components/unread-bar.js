import { element } from "../dom/element.js";

/// Says that there is something unread above the view, and leads there or does away with it.
export class UnreadBar {
  constructor({ onJump, onMarkRead }) {
    this.jump = element("button", { type: "button", class: "to-unread", onClick: onJump });
    this.element = element(
      "div",
      { class: "unread-bar", hidden: true },
      this.jump,
      element("button", { type: "button", class: "mark-read", onClick: onMarkRead }, "Mark all as read"),
    );
  }

  /// `count`: how many messages are unread; 0 when there is nothing to be said.
  show(count) {
    this.element.hidden = count === 0;
    const what = count === 1 ? "the unread message" : `the first of ${count} unread messages`;
    if (count > 0) this.jump.textContent = `Jump to ${what}`;
  }
}
