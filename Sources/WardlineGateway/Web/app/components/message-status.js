import * as api from "../api/chat-api.js";
import { element, spoken } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { statusText } from "../state/message-status.js";
import { dateAndTime } from "../text/dates.js";

const icons = {
  sending: "clock",
  waiting: "clock",
  sent: "check",
  delivered: "checks",
  read: "checks",
  failed: "alert",
};

let number = 0;

/// How far an own message has come: an icon, its words for screen readers, and, on hover or focus,
/// who has got and read it and when.
export class MessageStatus extends HTMLElement {
  #details = null;

  /// `status` as statusOf gives it; `messageId` is null while there is none to ask about. `inWords`: the
  /// words are there for the eye too.
  show(status, messageId, inWords) {
    this.messageId = messageId;
    this.dataset.kind = status.kind;
    this.button = element(
      "button",
      { type: "button", class: "status-button", tabindex: "-1" },
      icon(icons[status.kind]),
      inWords ? element("span", { class: "status-word" }, statusText(status)) : spoken(statusText(status)),
    );
    if (!inWords && status.others > 1 && status.kind !== "read" && status.delivered > 0) {
      const reached = status.kind === "delivered" ? status.read : status.delivered;
      if (reached > 0) this.button.append(element("small", {}, `${reached}/${status.others}`));
    }
    this.statusText = statusText(status);
    this.#details?.remove();
    this.#details = null;
    this.replaceChildren(this.button);
  }

  // Not when it is put into the document, which may happen several times.
  constructor() {
    super();
    this.addEventListener("pointerenter", () => this.#open());
    this.addEventListener("pointerleave", () => this.#close());
    this.addEventListener("focusin", () => this.#open());
    this.addEventListener("focusout", () => this.#close());
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#details) {
        this.#close();
        event.stopPropagation();
      }
    });
  }

  async #open() {
    if (this.#details) return;
    const details = element("div", { class: "status-details", role: "tooltip", id: `status-${++number}` });
    details.append(element("p", {}, this.statusText));
    this.#details = details;
    this.button.setAttribute("aria-describedby", details.id);
    this.append(details);
    if (!this.messageId) return;
    try {
      const answer = await api.receipts(this.messageId);
      details.replaceChildren(
        element("p", {}, `Sent ${dateAndTime(answer.sentAt)}`),
        element("ul", { class: "plain-list" }, answer.data.map(receiptLine)),
      );
    } catch {
      details.append(element("p", {}, "Who and when cannot be shown without a connection."));
    }
  }

  #close() {
    this.#details?.remove();
    this.#details = null;
    this.button?.removeAttribute("aria-describedby");
  }
}

function receiptLine(receipt) {
  const told = receipt.readAt
    ? `read ${dateAndTime(receipt.readAt)}`
    : receipt.deliveredAt ? `delivered ${dateAndTime(receipt.deliveredAt)}` : "not delivered yet";
  return element("li", {}, element("bdi", {}, receipt.displayName), element("span", {}, told));
}

customElements.define("message-status", MessageStatus);
