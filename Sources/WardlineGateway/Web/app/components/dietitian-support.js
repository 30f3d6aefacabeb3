import * as api from "../api/chat-api.js";
import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { firstPlace } from "../state/outbox.js";
import "./chat-window.js";
import { dietitianCard, emergencyAdvice } from "./dietitian-card.js";
import { FirstMessages } from "./first-messages.js";
import "./message-input.js";

/// A patient's conversation with whoever is assigned as their dietitian. Their first message makes it.
export class DietitianSupport extends HTMLElement {
  #shown = null;

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    this.about = element("div", { class: "welcome" });
    this.waiting = new FirstMessages(this.chat);
    this.input = document.createElement("message-input");
    this.input.begin({ chat: this.chat, conversationId: firstPlace, isFirst: true });
    this.waiting.draw();
    this.chat.addEventListener("messages", ({ detail }) => detail === firstPlace && this.waiting.draw(), { signal });
    this.chat.addEventListener("assignment", () => this.#load(), { signal });
    this.chat.addEventListener("reloaded", () => this.#load(), { signal });
    this.chat.addEventListener("list", () => this.#fromList(), { signal });
    this.#load();
  }

  disconnectedCallback() {
    this.left.abort();
  }

  /// Without a connection the conversation is known from the list that was kept.
  #fromList() {
    const found = this.chat.list.sorted.find((one) => one.type === "support" && one.careRole === "dietitian");
    if (found) this.#showWindow(found.conversationId);
    return Boolean(found);
  }

  async #load() {
    if (this.#shown === null && !this.#fromList() && !this.input.isConnected) this.#note("clock", "One moment", "Looking up your dietitian.");
    try {
      const found = await api.dietitianOf(this.chat.me.userId);
      if (found.conversationId) this.#showWindow(found.conversationId);
      else this.#welcome(found.dietitian);
    } catch (error) {
      if (this.#shown || (this.input.isConnected && error.status !== 404)) return;
      if (error.status === 404) {
        this.#note("leaf", "No dietitian yet", "As soon as your clinic has assigned a dietitian to you, you can write to them here.");
      } else {
        this.#note("offline", "Your dietitian could not be looked up", error.message);
      }
    }
  }

  /// What was begun before there was a conversation goes on in it.
  async #showWindow(conversationId) {
    if (this.#shown === conversationId) return;
    this.#shown = conversationId;
    this.chat.outbox.settleFirst(conversationId);
    await this.chat.drafts.move(firstPlace, conversationId).catch(() => {});
    if (!this.isConnected || this.#shown !== conversationId) return;
    const chatWindow = document.createElement("chat-window");
    const takesFocus = this.input.contains(document.activeElement);
    chatWindow.begin({ chat: this.chat, conversationId, isAlone: true, takesFocus });
    this.replaceChildren(chatWindow);
  }

  /// Whoever is assigned meanwhile, what one is writing stays.
  #welcome(dietitian) {
    this.#shown = null;
    this.about.replaceChildren(
      dietitianCard(dietitian, this.chat.presence.of(dietitian.userId), (text) => beginWith(this.input, text)),
    );
    if (!this.input.isConnected) this.replaceChildren(this.about, this.waiting.element, this.input);
  }

  #note(symbol, title, text) {
    this.about.replaceChildren(
      element(
        "div",
        { class: "welcome-card" },
        element("span", { class: "welcome-icon" }, icon(symbol)),
        element("h2", {}, title),
        element("p", {}, text),
        emergencyAdvice(),
      ),
    );
    this.replaceChildren(this.about, this.waiting.element);
  }
}

/// As if it had been typed; what somebody has written already stays.
function beginWith(input, text) {
  if (input.text.value.trim() === "") {
    input.text.value = text;
    input.text.dispatchEvent(new Event("input"));
  }
  input.focus();
}

customElements.define("dietitian-support", DietitianSupport);
