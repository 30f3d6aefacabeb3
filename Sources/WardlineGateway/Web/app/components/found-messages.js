import { element } from "../dom/element.js";
import { titleOf } from "../state/naming.js";
import { shortTime } from "../text/dates.js";

/// The messages that a search has found, as links that lead to them.
export class FoundMessages {
  #shown = null;

  /// `onMore()` is called when the person wants to see more of them.
  constructor(chat, onMore) {
    this.chat = chat;
    this.list = element("ul", { class: "plain-list", "aria-labelledby": "found-messages" });
    this.more = element("button", { type: "button", class: "link-button found-more", onClick: onMore }, "Show more messages");
    this.element = element(
      "section",
      { class: "found-messages", hidden: true },
      element("h3", { id: "found-messages", class: "found-heading" }, "Messages"),
      this.list,
      this.more,
    );
  }

  /// `hits`: those of the search; null or none to hide the section.
  show(hits, hasMore) {
    this.element.hidden = !hits?.length;
    this.more.hidden = !hasMore;
    if (this.#shown === hits) return;
    // More of the same search come behind those that are there, of which one may have the focus.
    const isLonger = hits && this.#shown?.every((hit, index) => hit === hits[index]);
    const added = (isLonger ? hits.slice(this.#shown.length) : (hits ?? [])).map((hit) => this.#row(hit));
    if (isLonger) this.list.append(...added);
    else this.list.replaceChildren(...added);
    this.#shown = hits;
  }

  #row({ message, snippet, highlights }) {
    const { me } = this.chat;
    const conversation = this.chat.list.get(message.conversationId);
    const name = conversation ? titleOf(conversation, me) : "Conversation";
    const author = message.sender?.userId === me.userId ? "You" : (message.sender?.displayName ?? "Former user");
    return element(
      "li",
      {},
      element(
        "a",
        { class: "found-message", href: `/chat/${encodeURIComponent(message.conversationId)}#${message.sequence}` },
        element(
          "span",
          { class: "conversation-line" },
          element("bdi", { class: "conversation-name" }, name),
          element("time", { class: "conversation-time", datetime: new Date(message.createdAt).toISOString() }, shortTime(message.createdAt)),
        ),
        element("span", { class: "found-snippet", dir: "auto" }, author === name ? null : element("bdi", {}, `${author}: `), marked(snippet, highlights)),
      ),
    );
  }
}

/// The snippet with the words that were looked for as marks. Places count Unicode scalars, as
/// iterating over a text does.
function marked(snippet, highlights) {
  const characters = [...snippet];
  const parts = [];
  let end = 0;
  for (const { start, length } of highlights) {
    parts.push(characters.slice(end, start).join(""));
    parts.push(element("mark", {}, characters.slice(start, start + length).join("")));
    end = start + length;
  }
  parts.push(characters.slice(end).join(""));
  return parts.filter((part) => part !== "");
}
