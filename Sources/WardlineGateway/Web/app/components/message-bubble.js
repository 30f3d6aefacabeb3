import { element, iconButton, spoken } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { withArrowKeys } from "../dom/toolbar.js";
import { dateAndTime, timeOfDay } from "../text/dates.js";
import { asSentence } from "../text/words.js";
import { avatar } from "./avatar.js";
import { contentOf, quoteOf } from "./message-content.js";
import "./message-status.js";
import { reactionsOf } from "./message-reactions.js";

/// One message with everything that belongs to it. `show` draws it; what the person does with it is
/// told by the event "message-action" with { action, view }.
export class MessageBubble extends HTMLElement {
  #actions = null;
  isActive = false;

  /// `view`: { message, isOwn, startsGroup, showsAuthor, status, me, nameOf, item }. `item` is of the
  /// outbox, for a message that has no id yet.
  show(view) {
    if (this.view && sameView(this.view, view)) return;
    this.view = view;
    const focused = this.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    this.#draw();
    // Drawn anew under the pointer or the focus, it keeps its buttons.
    if (this.isActive) this.activate(true);
    if (focused) [...this.querySelectorAll("button")].find((one) => nameOf(one) === focused)?.focus();
  }

  #draw() {
    const { view } = this;
    const { message, isOwn } = view;
    this.className = classes(view);
    if (message.messageType === "system") {
      this.replaceChildren(element("p", { class: "system-line", dir: "auto" }, message.content));
      return;
    }
    const bubble = element(
      "div",
      { class: "bubble" },
      view.showsAuthor ? this.#author() : spoken(isOwn ? "You: " : `${authorName(view)}: `),
      message.forwardedFrom ? element("p", { class: "bubble-forwarded" }, "Forwarded") : null,
      message.replyTo?.sender ? quoteOf(message.replyTo, () => this.#act("go-to-reply")) : null,
      contentOf(message, view.me),
    );
    (bubble.querySelector(".bubble-line") ?? bubble).append(this.#foot());
    const side = element("div", { class: "bubble-side" }, bubble, reactionsOf(view, (emoji) => this.#act("react", { emoji })));
    this.replaceChildren(...[this.#picture(), side, view.status?.kind === "failed" ? this.#failure() : null].filter(Boolean));
    this.body = bubble;
  }

  #author() {
    return element("p", { class: "bubble-author" }, element("bdi", {}, authorName(this.view)));
  }

  #picture() {
    const { view } = this;
    if (view.isOwn || !view.isShared) return null;
    if (!view.startsGroup) return element("span", { class: "avatar-place" });
    return avatar({ id: view.message.sender?.userId ?? "", name: authorName(view), size: "small" });
  }

  #foot() {
    const { message, status } = this.view;
    const foot = element(
      "span",
      { class: "bubble-foot", dir: "ltr" },
      message.priority === "urgent" ? element("span", { class: "bubble-urgent" }, "Urgent") : null,
      message.version > 1 && !message.isDeleted
        ? element("span", { title: `Edited ${dateAndTime(message.updatedAt)}` }, "edited") : null,
      element(
        "time",
        { datetime: new Date(message.createdAt).toISOString(), title: dateAndTime(message.createdAt) },
        timeOfDay(message.createdAt),
      ),
    );
    if (status) {
      const shown = document.createElement("message-status");
      shown.show(status, message.messageId, this.view.isLatestOwn);
      foot.append(shown);
    }
    return foot;
  }

  #failure() {
    const { item } = this.view;
    return element(
      "div",
      { class: "bubble-failure", role: "alert" },
      element("span", {}, `Not sent. ${asSentence(item.problem ?? "")}`),
      element("button", { type: "button", class: "link-button", onClick: () => this.#act("retry") }, "Try again"),
      element("button", { type: "button", class: "link-button", onClick: () => this.#act("discard") }, "Discard"),
    );
  }

  /// Whether the pointer or the focus is on the message: then its buttons are there, for Tab too.
  activate(isActive) {
    this.isActive = isActive;
    this.#actions?.remove();
    this.#actions = null;
    if (isActive) this.#showActions();
    for (const one of this.querySelectorAll(".status-button, .reaction, .quote")) {
      one.tabIndex = isActive ? 0 : -1;
    }
  }

  #showActions() {
    const { view } = this;
    if (!view || view.item || view.message.isDeleted || view.message.messageType === "system") return;
    const button = (name, label, action) => iconButton(icon(name), label, () => this.#act(action));
    const toolbar = element(
      "div",
      { class: "bubble-actions", role: "toolbar", "aria-label": "Message actions" },
      view.mayWrite ? button("smile", "React", "choose-reaction") : null,
      view.mayWrite ? button("reply", "Reply", "reply") : null,
      view.isOwn && view.mayWrite && view.message.messageType === "text" ? button("edit", "Edit", "edit") : null,
      button("trash", "Delete", "delete"),
    );
    // It goes along the message, so that it is in view as long as any of that is.
    this.#actions = element("div", { class: "bubble-rail" }, withArrowKeys(toolbar));
    this.body.append(this.#actions);
  }

  #act(action, detail = {}) {
    this.dispatchEvent(
      new CustomEvent("message-action", { bubbles: true, detail: { action, view: this.view, bubble: this, ...detail } }),
    );
  }
}

function classes(view) {
  const { message } = view;
  return [
    view.isOwn ? "is-own" : "is-theirs",
    view.startsGroup ? "starts-group" : "",
    message.messageType === "system" ? "is-system" : "",
    message.isDeleted ? "is-deleted" : "",
    message.messageType === "image" && !message.isDeleted ? "has-picture" : "",
    view.status?.kind === "failed" ? "is-failed" : "",
    message.messageType === "call" ? "is-call" : "",
    message.priority === "urgent" ? "is-urgent" : "",
  ].filter(Boolean).join(" ");
}

function authorName(view) {
  return view.message.sender?.displayName ?? "Former user";
}

function nameOf(button) {
  return button.getAttribute("aria-label") ?? button.className;
}

function sameView(one, other) {
  return one.message === other.message && one.startsGroup === other.startsGroup
    && one.mayWrite === other.mayWrite && one.isLatestOwn === other.isLatestOwn && one.item?.state === other.item?.state
    && JSON.stringify(one.status) === JSON.stringify(other.status);
}

customElements.define("message-bubble", MessageBubble);
