import * as api from "../api/chat-api.js";
import { newKey } from "../api/idempotency-key.js";
import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import "./chat-window.js";
import { dietitianCard, emergencyAdvice } from "./dietitian-card.js";
import "./message-input.js";

/// A patient's conversation with whoever is assigned as their dietitian. Their first message makes it.
export class DietitianSupport extends HTMLElement {
  #key = newKey();
  #shown = null;

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
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
    if (this.#shown === null && !this.#fromList()) this.#note("clock", "One moment", "Looking up your dietitian.");
    try {
      const found = await api.dietitianOf(this.chat.me.userId);
      if (found.conversationId) this.#showWindow(found.conversationId);
      else this.#welcome(found.dietitian);
    } catch (error) {
      if (this.#shown) return;
      if (error.status === 404) {
        this.#note("leaf", "No dietitian yet", "As soon as your clinic has assigned a dietitian to you, you can write to them here.");
      } else {
        this.#note("offline", "Your dietitian could not be looked up", error.message);
      }
    }
  }

  #showWindow(conversationId) {
    if (this.#shown === conversationId) return;
    this.#shown = conversationId;
    const chatWindow = document.createElement("chat-window");
    chatWindow.begin({ chat: this.chat, conversationId, isAlone: true });
    this.replaceChildren(chatWindow);
  }

  #welcome(dietitian) {
    this.#shown = null;
    const input = document.createElement("message-input");
    input.begin({ chat: this.chat, send: (body) => this.#first(input, body) });
    this.replaceChildren(
      element(
        "div",
        { class: "welcome" },
        dietitianCard(dietitian, this.chat.presence.of(dietitian.userId), (text) => beginWith(input, text)),
      ),
      input,
    );
  }

  async #first(input, body) {
    try {
      const message = await api.sendToDietitian(this.chat.me.userId, body, this.#key);
      await this.chat.list.fetch(message.conversationId);
      this.#showWindow(message.conversationId);
    } catch (error) {
      input.tell(`Not sent. ${error.message}`);
    }
  }

  #note(symbol, title, text) {
    this.replaceChildren(
      element(
        "div",
        { class: "welcome" },
        element(
          "div",
          { class: "welcome-card" },
          element("span", { class: "welcome-icon" }, icon(symbol)),
          element("h2", {}, title),
          element("p", {}, text),
          emergencyAdvice(),
        ),
      ),
    );
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
