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

const graceMilliseconds = 300;
const gap = 6;

let number = 0;

/// How far an own message has come: an icon, its words for screen readers, and, on hover or focus,
/// who has got and read it and when.
export class MessageStatus extends HTMLElement {
  #details = null;
  #opened = null;
  #closing;

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
    this.#close();
    this.replaceChildren(this.button);
  }

  /// Once, and not each time that it is put into the document.
  constructor() {
    super();
    // A finger has no hover: it taps.
    const byPointer = (task) => (event) => event.pointerType !== "touch" && task();
    this.addEventListener("pointerenter", byPointer(() => this.#open()));
    this.addEventListener("pointerleave", byPointer(() => this.#closeSoon()));
    this.addEventListener("focusin", () => this.#open());
    this.addEventListener("focusout", () => this.#close());
    this.addEventListener("click", () => this.#open());
  }

  disconnectedCallback() {
    this.#close();
  }

  async #open() {
    clearTimeout(this.#closing);
    if (this.#details) return;
    const details = element(
      "div",
      { class: "status-details", role: "tooltip", id: `status-${++number}`, popover: "manual" },
      element("p", {}, this.statusText),
    );
    this.#details = details;
    this.button.setAttribute("aria-describedby", details.id);
    this.append(details);
    details.showPopover?.();
    this.#listen();
    this.#place();
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
    this.#place();
  }

  /// While the details are there: Escape ends them wherever the focus is, and they move with the message.
  #listen() {
    this.#opened = new AbortController();
    const options = { signal: this.#opened.signal, capture: true };
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#close();
      event.stopPropagation();
    }, options);
    document.addEventListener("pointerdown", (event) => this.contains(event.target) || this.#close(), options);
    document.addEventListener("scroll", () => this.#place(), options);
  }

  /// Below the message, or above it where there is no room: it and its buttons stay in sight.
  #place() {
    const details = this.#details;
    if (!details) return;
    const message = (this.closest(".bubble-side") ?? this).getBoundingClientRect();
    const { width, height } = details.getBoundingClientRect();
    const below = message.bottom + gap;
    const fits = below + height <= innerHeight - gap;
    const left = Math.min(this.getBoundingClientRect().right - width, innerWidth - gap - width);
    details.style.top = `${fits ? below : Math.max(gap, message.top - gap - height)}px`;
    details.style.left = `${Math.max(gap, left)}px`;
  }

  /// The pointer may go over to the details, to read or to select.
  #closeSoon() {
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => this.#close(), graceMilliseconds);
  }

  #close() {
    clearTimeout(this.#closing);
    this.#opened?.abort();
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
