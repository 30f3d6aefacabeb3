import { editMessage } from "../api/chat-api.js";
import { newKey } from "../api/idempotency-key.js";
import { element, iconButton } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { attachmentLimits } from "../state/attachment-limits.js";
import { previewOf } from "../state/naming.js";
import { choosable } from "../text/file-types.js";
import { trayOf } from "./kept-trays.js";

const textBytesMax = 16 * 1024;

/// Where one writes: Enter sends, Shift and Enter begin a new line. What is not sent stays as a
/// draft. Files come by the button, by pasting, or are dropped on the window.
export class MessageInput extends HTMLElement {
  #context = null;
  #isClosed = false;
  #isSaving = false;

  /// To be called once, before the element is put into the document. `isFirst`: there is no
  /// conversation yet, so nobody to be told of typing, and no place for files.
  begin({ chat, conversationId, isFirst = false }) {
    Object.assign(this, { chat, conversationId, isFirst });
  }

  connectedCallback() {
    this.text = element("textarea", {
      rows: 1,
      class: "input-text",
      placeholder: "Write a message",
      "aria-label": "Message",
      dir: "auto",
      enterkeyhint: "send",
      onInput: () => this.#typed(),
      onKeydown: (event) => this.#key(event),
      onPaste: (event) => this.#paste(event),
    });
    this.file = element("input", { type: "file", multiple: true, hidden: true, onChange: () => this.#chosen() });
    this.sendButton = iconButton(icon("send"), "Send", () => this.#send(), { class: "icon-button send" });
    this.note = element("p", { class: "input-note", role: "alert", hidden: true });
    this.closed = element("p", { class: "input-closed", hidden: true });
    this.contextBar = element("div", { class: "input-context", hidden: true });
    this.tray = trayOf(this.chat, this.conversationId, {
      onChange: () => this.#changed(),
      tell: (text) => this.tell(text),
    });
    this.form = element(
      "div",
      { class: "input-row" },
      this.isFirst ? null : iconButton(icon("attach"), "Attach files", () => this.file.click(), {
        onPointerenter: () => this.#limitChoice(),
        onFocus: () => this.#limitChoice(),
      }),
      this.file,
      this.text,
      this.sendButton,
    );
    this.replaceChildren(this.contextBar, this.tray.element, this.note, this.form, this.closed);
    this.#changed();
    this.#restoreDraft();
  }

  disconnectedCallback() {
    this.#keepEdit();
  }

  /// An edit that is not finished goes on when one comes back.
  #keepEdit() {
    const { edits } = this.chat.drafts;
    if (this.#context?.kind !== "edit" || this.#isSaving) edits.delete(this.conversationId);
    else edits.set(this.conversationId, { message: this.#context.message, text: this.text.value });
  }

  async #restoreDraft() {
    const draft = await this.#draft();
    const begun = this.chat.drafts.edits.get(this.conversationId);
    if (!begun || this.#context) return;
    this.#beginEdit(begun.message, draft ?? "", begun.text);
  }

  async #draft() {
    const draft = await this.chat.drafts.of(this.conversationId);
    if (draft && this.text.value === "") {
      this.text.value = draft;
      this.#changed();
    }
    return draft;
  }

  /// `reason`: why one cannot write here; null when one can.
  show(reason) {
    this.#isClosed = reason !== null;
    this.closed.textContent = reason ?? "";
    this.closed.hidden = !this.#isClosed;
    this.form.hidden = this.#isClosed;
    this.text.disabled = this.#isClosed;
  }

  /// Says something that went wrong, until the next key.
  tell(text) {
    this.note.textContent = text;
    this.note.hidden = text === "";
  }

  focus() {
    this.text?.focus();
  }

  attach(files) {
    if (!this.#isClosed) this.tray.add(files);
  }

  replyTo(message) {
    if (this.#isSaving) return;
    this.#leaveEdit();
    this.#context = { kind: "reply", message };
    this.#drawContext(`Reply to ${message.sender?.displayName ?? "Former user"}`);
    this.focus();
  }

  edit(message) {
    if (this.#isSaving) return;
    this.#leaveEdit();
    this.#beginEdit(message, this.text.value, message.content);
    this.focus();
  }

  #beginEdit(message, draft, text) {
    this.#context = { kind: "edit", message, draft };
    this.text.value = text;
    this.#drawContext("Edit your message");
    this.#changed();
  }

  #drawContext(title) {
    this.contextBar.replaceChildren(
      element("span", {}, element("strong", {}, title), element("span", { dir: "auto" }, previewOf(this.#context.message))),
      iconButton(icon("close"), "Cancel", () => this.#leaveContext()),
    );
    this.contextBar.hidden = false;
  }

  /// What was in the field before the edit comes back; what one has typed behind it meanwhile stays.
  #leaveEdit(added = "") {
    if (this.#context?.kind === "edit") this.text.value = this.#context.draft + added;
    this.#context = null;
  }

  #leaveContext(added) {
    this.#leaveEdit(added);
    this.chat.drafts.keep(this.conversationId, this.text.value);
    this.contextBar.hidden = true;
    this.#changed();
    this.focus();
  }

  #typed() {
    this.tell("");
    this.#changed();
    if (this.#context?.kind === "edit") return;
    this.chat.drafts.keep(this.conversationId, this.text.value);
    if (this.isFirst) return;
    if (this.text.value) this.chat.ownTyping.typed(this.conversationId);
    else this.chat.ownTyping.ended();
  }

  /// The field grows with its text; the button is off while there is nothing to send.
  #changed() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
    const hasText = this.text.value.trim() !== "";
    this.sendButton.disabled = !(hasText || this.tray.isReady) || this.tray.isBusy;
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && this.#context) {
      event.stopPropagation();
      this.#leaveContext();
    }
  }

  #paste(event) {
    if (this.isFirst || event.clipboardData.files.length === 0) return;
    event.preventDefault();
    this.attach(event.clipboardData.files);
  }

  /// The chooser of the browser offers what the server takes, as soon as that is known.
  async #limitChoice() {
    const limits = await attachmentLimits(this.chat);
    if (limits) this.file.accept = choosable(limits.contentTypes);
  }

  #chosen() {
    this.attach(this.file.files);
    this.file.value = "";
  }

  #send() {
    const content = this.text.value.trim();
    if (this.#isClosed) return;
    if (this.sendButton.disabled) return this.tell(this.tray.hindrance ?? "");
    const bytes = new TextEncoder().encode(content).length;
    if (bytes > textBytesMax) {
      return this.tell(`The message is too long: ${bytes} of at most ${textBytesMax} bytes.`);
    }
    if (this.#context?.kind === "edit") return void this.#saveEdit(content);
    const reply = this.#context?.message;
    const place = reply ? { Reply_to: reply.messageId } : {};
    const shown = reply ? { replyTo: { ...reply, preview: previewOf(reply) } } : {};
    this.tray.take().forEach(({ attachment, isImage, file }, index) => {
      // Without a text the first of the files is the answer.
      const isReply = !content && index === 0;
      this.chat.send(
        this.conversationId,
        { Message_Type: isImage ? "image" : "file", Attachment_id: attachment.attachmentId, Content: isImage ? "" : file.name, ...(isReply ? place : {}) },
        { attachmentUrl: attachment.attachmentUrl, ...(isReply ? shown : {}) },
      );
    });
    if (content) this.chat.send(this.conversationId, { Content: content, ...place }, shown);
    this.clear();
  }

  clear() {
    this.text.value = "";
    this.#context = null;
    this.contextBar.hidden = true;
    this.chat.drafts.keep(this.conversationId, "");
    this.#changed();
    this.dispatchEvent(new Event("sent", { bubbles: true }));
  }

  async #saveEdit(content) {
    const { message } = this.#context;
    if (content === message.content) return this.#leaveContext();
    if (this.#isSaving) return;
    const sent = this.text.value;
    this.#isSaving = true;
    try {
      await editMessage(message.messageId, content, message.version, newKey());
      const { value } = this.text;
      this.#leaveContext(value === sent ? "" : value.startsWith(sent) ? value.slice(sent.length) : value);
    } catch (error) {
      const isOld = error.status === 412;
      this.tell(isOld ? "The message was changed elsewhere meanwhile. Cancel and begin again." : error.message);
    } finally {
      this.#isSaving = false;
    }
  }
}

customElements.define("message-input", MessageInput);
