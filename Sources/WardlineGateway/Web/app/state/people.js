import * as api from "../api/chat-api.js";
import { plain } from "./search.js";

/// So many pages of 200 are asked for at most, however long one scrolls or searches.
const pagesMax = 50;

/// Whom one may write to. The server gives them page by page and cannot search among them, so who is not
/// on the first page is found by asking for the next ones.
export class People {
  #all = [];
  #after = null;
  #pages = 0;
  hasMore = true;

  /// Whether there are more than are ever asked for.
  get isCutOff() {
    return this.#after !== null && !this.hasMore;
  }

  async more() {
    const page = await api.people(this.#after);
    this.#all.push(...page.data.filter((one) => one.userType !== "service"));
    this.#after = page.hasMore ? page.after : null;
    this.#pages += 1;
    this.hasMore = this.#after !== null && this.#pages < pagesMax;
  }

  /// Those of whom a part of the name begins with each word of the text; more of them come behind these.
  matching(text) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    return this.#all.filter(({ displayName }) => {
      const starts = plain(displayName).split(/[^\p{L}\p{N}]+/u);
      return words.every((word) => starts.some((start) => start.startsWith(word)));
    });
  }
}
