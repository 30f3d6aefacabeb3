import * as api from "../api/chat-api.js";
import { newKey } from "../api/idempotency-key.js";
import { element } from "../dom/element.js";
import { asSentence } from "../text/words.js";
import { reactionChooser } from "./message-reactions.js";

/// What the person does with a message: reply, react, edit, delete, try again.
export class MessageActions {
  constructor(chatWindow) {
    this.window = chatWindow;
    this.chat = chatWindow.chat;
    chatWindow.messages.addEventListener("message-action", (event) => {
      const { action, view, bubble, emoji } = event.detail;
      this[action]?.(view, bubble, emoji);
    });
  }

  reply(view) {
    this.window.input.replyTo(view.message);
  }

  edit(view) {
    this.window.input.edit(view.message);
  }

  retry(view) {
    this.chat.outbox.retry(view.item.key);
  }

  discard(view) {
    this.chat.outbox.discard(view.item.key);
    this.window.input.focus();
  }

  "go-to-reply"(view) {
    this.window.messages.goTo(sequenceOf(view.message.replyTo.messageId));
  }

  "choose-reaction"(view, bubble) {
    const row = bubble.closest("li");
    const chooser = reactionChooser(
      (emoji) => {
        this.react(view, bubble, emoji);
        close();
      },
      () => close(),
    );
    const close = () => row.focus({ preventScroll: true });
    row.querySelector(".reaction-chooser")?.remove();
    bubble.body.after(chooser);
    chooser.firstChild.focus();
    chooser.addEventListener("focusout", (event) => {
      // Not at once: removing what has the focus moves the focus, which would come here again.
      if (!chooser.contains(event.relatedTarget)) queueMicrotask(() => chooser.remove());
    });
  }

  async react(view, bubble, emoji) {
    const { message, me } = view;
    const given = message.reactions.find((one) => one.emoji === emoji);
    const isMine = given?.userIds.includes(me.userId);
    const change = isMine ? api.removeReaction : api.addReaction;
    await this.#try(() => change(message.messageId, emoji, newKey()));
  }

  delete(view, bubble) {
    const { message } = view;
    const dialog = element(
      "dialog",
      { class: "dialog", "aria-labelledby": "delete-title" },
      element("h2", { id: "delete-title" }, "Delete this message?"),
      element("p", {}, "For everyone: a note that it was deleted stays. For you: the others keep it."),
      element(
        "footer",
        { class: "dialog-footer" },
        this.#choice(dialogButton("Cancel", ""), () => dialog.close()),
        this.#choice(dialogButton("Delete for me", ""), () => this.#delete(dialog, message, "me")),
        view.isOwn
          ? this.#choice(dialogButton("Delete for everyone", "danger"), () => this.#delete(dialog, message, "all"))
          : null,
      ),
    );
    document.body.append(dialog);
    const row = bubble.closest("li");
    dialog.addEventListener("close", () => {
      dialog.remove();
      // The button that had the focus is there under the pointer only.
      row.focus({ preventScroll: true });
    });
    dialog.showModal();
  }

  #choice(button, onClick) {
    button.addEventListener("click", onClick);
    return button;
  }

  async #delete(dialog, message, scope) {
    dialog.close();
    await this.#try(() => api.deleteMessage(message.messageId, scope, newKey()));
  }

  /// The change comes back as an event; only a refusal needs words.
  async #try(change) {
    try {
      await change();
    } catch (error) {
      this.window.input.tell(asSentence(error.message));
    }
  }
}

function dialogButton(text, kind) {
  return element("button", { type: "button", class: `button ${kind}` }, text);
}

/// A message's id ends with its number in the conversation.
export function sequenceOf(messageId) {
  return Number(messageId.slice(messageId.lastIndexOf(".") + 1));
}
