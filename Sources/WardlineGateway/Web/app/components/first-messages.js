import { element } from "../dom/element.js";
import { firstPlace } from "../state/outbox.js";
import "./message-bubble.js";
import { rowsOf } from "./message-rows.js";

/// There is no conversation yet; this is what rows have to know of one.
const nowhere = { type: "support", isActive: true, participants: [] };

/// What a patient has written before there is a conversation, while it is on its way.
export class FirstMessages {
  constructor(chat) {
    this.chat = chat;
    this.element = element("ol", { class: "messages first-messages plain-list", hidden: true });
    this.element.addEventListener("message-action", ({ detail }) => this.#act(detail.action, detail.view.item.key));
  }

  draw() {
    const { me, outbox } = this.chat;
    const rows = rowsOf({ conversation: nowhere, messages: [], items: outbox.of(firstPlace), me, isWhole: true });
    const shown = rows.filter((row) => row.kind === "message").map((row) => {
      const bubble = document.createElement("message-bubble");
      bubble.show(row.view);
      return element("li", { class: "message" }, bubble);
    });
    this.element.replaceChildren(...shown);
    this.element.hidden = shown.length === 0;
  }

  #act(action, key) {
    if (action === "retry") this.chat.outbox.retry(key);
    else if (action === "discard") this.chat.outbox.discard(key);
  }
}
