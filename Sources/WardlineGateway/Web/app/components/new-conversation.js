import * as api from "../api/chat-api.js";
import { newKey } from "../api/idempotency-key.js";
import { element, iconButton } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { roleName } from "../text/words.js";
import { avatar } from "./avatar.js";

/// Asks whom to write to, makes the conversation and opens it. Staff may choose several: a group.
export async function openNewConversation(chat, onOpen) {
  const dialog = new NewConversation(chat, onOpen).dialog;
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

/// So many people are shown at first, and as many more whenever one comes near the end of them.
const shownAtOnce = 100;

class NewConversation {
  #chosen = new Set();
  #people = [];
  #rows = new Map();
  #key = newKey();
  #most = shownAtOnce;
  /// Behind whom the next page begins; null when all are loaded.
  #after = undefined;
  #loading = false;

  constructor(chat, onOpen) {
    this.chat = chat;
    this.onOpen = onOpen;
    this.mayGroup = chat.me.userType !== "patient";
    this.filter = element("input", {
      type: "search",
      class: "search-field",
      placeholder: "Search people",
      "aria-label": "Search people",
      onInput: () => this.#filtered(),
    });
    this.titleField = element("input", {
      type: "text",
      class: "text-field",
      placeholder: "Name of the group (optional)",
      "aria-label": "Name of the group",
      maxlength: 100,
      hidden: true,
    });
    this.list = element("div", { class: "people", role: "group", "aria-label": "People" });
    this.list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.begin = element(
      "button",
      { type: "button", class: "button primary", disabled: true, onClick: () => this.#create() },
      "Begin",
    );
    this.dialog = this.#makeDialog();
    this.#load();
  }

  #makeDialog() {
    const heading = element("h2", { id: "new-conversation-title" }, "New conversation");
    const dialog = element(
      "dialog",
      { class: "dialog", "aria-labelledby": "new-conversation-title" },
      element(
        "header",
        { class: "dialog-header" },
        heading,
        iconButton(icon("close"), "Close", () => dialog.close()),
      ),
      element("div", { class: "search" }, icon("search"), this.filter),
      this.list,
      this.titleField,
      this.problem,
      element("footer", { class: "dialog-footer" }, this.begin),
    );
    return dialog;
  }

  /// Loads people until enough of them match. The server has them by id and knows no search, so for a
  /// rare name all pages are asked for, one after the other.
  async #load() {
    if (this.#loading) return;
    this.#loading = true;
    try {
      do {
        const page = await api.people(this.#after);
        this.#people.push(...page.data.filter((one) => one.userType !== "service"));
        this.#after = page.hasMore ? page.after : null;
        this.#draw();
      } while (this.dialog.open && this.#after !== null && this.#matching().length < this.#most);
    } catch (error) {
      this.#fail(error);
    }
    this.#loading = false;
    this.#draw();
  }

  #filtered() {
    this.#most = shownAtOnce;
    this.list.scrollTop = 0;
    this.#draw();
    this.#loadIfNeeded();
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    if (scrollHeight - scrollTop - clientHeight > clientHeight || this.#most > this.#matching().length) return;
    this.#most += shownAtOnce;
    this.#draw();
    this.#loadIfNeeded();
  }

  #loadIfNeeded() {
    if (this.#after !== null && this.#matching().length < this.#most) this.#load();
  }

  #matching() {
    const wanted = this.filter.value.trim().toLowerCase();
    return this.#people.filter((one) => one.displayName.toLowerCase().includes(wanted));
  }

  /// More of the same come behind those that are there, of which one may have the focus.
  #draw() {
    const rows = this.#matching().slice(0, this.#most).map((one) => this.#row(one));
    const shown = [...this.list.children];
    if (shown.length > 0 && shown.every((row, index) => row === rows[index])) this.list.append(...rows.slice(shown.length));
    else this.list.replaceChildren(...rows);
    if (rows.length > 0) return;
    this.list.append(element("p", { class: "sidebar-note" }, this.#loading ? "Looking for people…" : "Nobody found."));
  }

  #row(person) {
    if (!this.#rows.has(person.userId)) this.#rows.set(person.userId, this.#person(person));
    const row = this.#rows.get(person.userId);
    row.querySelector("input").checked = this.#chosen.has(person.userId);
    return row;
  }

  #person(person) {
    const choice = element("input", {
      type: this.mayGroup ? "checkbox" : "radio",
      name: "person",
      value: person.userId,
      onChange: () => this.#choose(person.userId, choice.checked),
    });
    choice.checked = this.#chosen.has(person.userId);
    return element(
      "label",
      { class: "person" },
      choice,
      avatar({ id: person.userId, name: person.displayName, size: "small" }),
      element(
        "span",
        { class: "person-text" },
        element("bdi", {}, person.displayName),
        element("small", {}, roleName(person.userType)),
      ),
    );
  }

  #choose(userId, isChosen) {
    if (!this.mayGroup) this.#chosen.clear();
    if (isChosen) this.#chosen.add(userId);
    else this.#chosen.delete(userId);
    this.begin.disabled = this.#chosen.size === 0;
    this.titleField.hidden = this.#chosen.size < 2;
  }

  async #create() {
    this.begin.disabled = true;
    const chosen = [...this.#chosen];
    const title = this.titleField.value.trim();
    const body = chosen.length === 1
      ? { User_id: chosen[0] }
      : { Type: "group", Participant_ids: chosen, ...(title ? { Title: title } : {}) };
    try {
      const conversation = await api.createConversation(body, this.#key);
      this.chat.list.take(conversation);
      this.dialog.close();
      this.onOpen(conversation.conversationId);
    } catch (error) {
      this.begin.disabled = false;
      this.#key = newKey();
      this.#fail(error);
    }
  }

  #fail(error) {
    this.problem.textContent = error.message;
    this.problem.hidden = false;
  }
}
