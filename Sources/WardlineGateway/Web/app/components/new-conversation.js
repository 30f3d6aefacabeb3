import * as api from "../api/chat-api.js";
import { newKey } from "../api/idempotency-key.js";
import { element, iconButton } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { People } from "../state/people.js";
import { roleName } from "../text/words.js";
import { avatar } from "./avatar.js";

/// Asks whom to write to, makes the conversation and opens it. Staff may choose several: a group.
export async function openNewConversation(chat, onOpen) {
  const dialog = new NewConversation(chat, onOpen).dialog;
  document.body.append(dialog);
  dialog.showModal();
}

/// So many people are added to the list at a time.
const step = 100;

class NewConversation {
  #chosen = new Set();
  #people = new People();
  #shown = 0;
  #wanted = step;
  #isFilling = false;
  #key = newKey();

  constructor(chat, onOpen) {
    this.chat = chat;
    this.onOpen = onOpen;
    this.mayGroup = chat.me.userType !== "patient";
    this.filter = element("input", {
      type: "search",
      class: "search-field",
      placeholder: "Search people",
      "aria-label": "Search people",
      autofocus: true,
      onInput: () => this.#searchChanged(),
    });
    this.titleField = element("input", {
      type: "text",
      class: "text-field",
      placeholder: "Name of the group (optional)",
      "aria-label": "Name of the group",
      maxlength: 100,
      hidden: true,
    });
    this.rows = element("div", { class: "people-rows" });
    this.note = element("p", { class: "sidebar-note", role: "status" });
    this.list = element(
      "div",
      { class: "people", role: "group", "aria-label": "People", onScroll: () => this.#scrolled() },
      this.rows,
      this.note,
    );
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.begin = element(
      "button",
      { type: "button", class: "button primary", disabled: true, onClick: () => this.#create() },
      "Begin",
    );
    this.dialog = this.#makeDialog();
    this.#fill();
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
    dialog.addEventListener("close", () => {
      this.isClosed = true;
      dialog.remove();
    });
    return dialog;
  }

  #searchChanged() {
    this.rows.replaceChildren();
    this.list.scrollTop = 0;
    this.#shown = 0;
    this.#wanted = step;
    this.#fill();
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    if (scrollHeight - scrollTop - clientHeight > clientHeight || this.#shown < this.#wanted) return;
    this.#wanted += step;
    this.#fill();
  }

  /// Shows as many as are wanted, and asks for more people as long as there are not enough.
  async #fill() {
    this.#draw();
    if (this.#isFilling) return;
    this.#isFilling = true;
    try {
      while (this.#shown < this.#wanted && this.#people.hasMore) {
        await this.#people.more();
        if (this.isClosed) return;
        this.#draw();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isFilling = false;
    this.#draw();
  }

  /// Adds to those that are there, of whom one may have the focus.
  #draw() {
    const matching = this.#people.matching(this.filter.value).slice(0, this.#wanted);
    this.rows.append(...matching.slice(this.#shown).map((one) => this.#person(one)));
    this.#shown = matching.length;
    this.note.textContent = this.#noteOn(matching.length);
    this.note.hidden = this.note.textContent === "";
  }

  #noteOn(count) {
    if (this.#isFilling && this.#people.hasMore && count < this.#wanted) return "Searching…";
    if (count < this.#wanted && this.#people.isCutOff) return "Not all people could be searched.";
    return count === 0 && !this.#people.hasMore ? "Nobody found." : "";
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
