import { updateConversation } from "../api/chat-api.js";
import { newKey } from "../api/idempotency-key.js";
import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";

/// Says whether lists show what is said in a conversation, and changes it. Only for the staff.
export class SensitiveToggle {
  /// `onProblem(text)` is called when the server did not take the change.
  constructor(conversationId, onProblem) {
    this.conversationId = conversationId;
    this.onProblem = onProblem;
    this.button = element(
      "button",
      { type: "button", class: "sensitive-toggle", hidden: true, onClick: () => this.#change() },
    );
  }

  show(conversation) {
    this.isOn = conversation.isSensitive;
    this.button.hidden = false;
    this.button.replaceChildren(icon(this.isOn ? "lock" : "unlock"), element("span", {}, "Sensitive"));
    this.button.setAttribute("aria-pressed", String(this.isOn));
    this.button.setAttribute("aria-label", "Sensitive: lists show no text");
    this.button.title = this.isOn ? "Sensitive: lists show no text" : "Mark as sensitive: lists will show no text";
  }

  async #change() {
    if (this.button.getAttribute("aria-disabled") === "true") return;
    this.button.setAttribute("aria-disabled", "true");
    try {
      await updateConversation(this.conversationId, { Is_sensitive: !this.isOn }, newKey());
    } catch (error) {
      this.onProblem(error.isPassing ? "There is no connection. Try again when it is back." : error.message);
    }
    this.button.removeAttribute("aria-disabled");
  }
}
