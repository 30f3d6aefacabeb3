import { element, iconButton } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { isLookedAt, sequencesInView } from "./in-view.js";
import { heirOfFocus } from "./focus-heir.js";
import "./message-bubble.js";
import { rowsOf } from "./message-rows.js";
import { RowWindow } from "./row-window.js";
import { ScrollKeeper } from "./scroll-keeper.js";

const highlightMilliseconds = 4_000;

/// The messages of one conversation: the newest page first, older ones as one scrolls up. Only those
/// near the view are in the document.
export class MessageList extends HTMLElement {
  #elements = new Map();
  #window = new RowWindow();
  #rows = [];
  #scheduled = false;
  #newBelow = 0;
  /// Whether what is in view is being read: not before the view is where reading begins.
  isReading = false;

  /// To be called once, before the element is put into the document.
  /// `onView(sequences)` is told which messages the person sees, whenever that may have changed.
  begin({ chat, conversationId, history, onView }) {
    Object.assign(this, { chat, conversationId, history, onView });
  }

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    this.list = element("ol", { class: "messages plain-list" });
    this.note = element("p", { class: "messages-note", role: "status", hidden: true });
    const about = { class: "message-scroller", tabindex: "0", role: "region", "aria-label": "Messages" };
    this.scroller = element("div", about, this.list, this.note);
    this.toLatest = iconButton(icon("down"), "Go to the newest message", () => this.goToLatest(), {
      class: "icon-button to-latest",
      hidden: true,
    });
    this.announcer = element("div", { class: "spoken", role: "status" });
    this.replaceChildren(this.scroller, this.toLatest, this.announcer);
    this.keeper = new ScrollKeeper(this.scroller, this.list);
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    new ResizeObserver(() => this.keeper.settle()).observe(this.scroller);
    document.addEventListener("visibilitychange", () => this.#tellView(), { signal });
    window.addEventListener("focus", () => this.#tellView(), { signal });
    this.list.addEventListener("row-resize", (event) => this.keeper.keep(event.detail), { signal });
    this.#watchBubbles(signal);
  }

  disconnectedCallback() {
    this.left.abort();
  }

  /// Draws with the next turn of the event loop, once for many changes.
  changed() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (this.isConnected) this.draw();
    });
  }

  draw() {
    const conversation = this.chat.list.get(this.conversationId);
    if (!conversation) return;
    const { segment } = this.history;
    this.#rows = rowsOf({
      conversation,
      messages: segment.messages,
      items: segment.hasNewer ? [] : this.chat.outbox.of(this.conversationId),
      me: this.chat.me,
      unreadFrom: this.unreadFrom,
      isWhole: !segment.hasOlder,
    });
    this.#window.follow(this.#rows, this.keeper.isAtEnd && !segment.hasNewer);
    this.keeper.keep(() => this.#place());
    this.#drawNote();
    // At the very top no further scrolling asks for what has just been loaded.
    this.#extend();
    this.#afterMove();
  }

  /// The messages could not be loaded, and why.
  explain(problem) {
    this.problem = problem;
    this.#drawNote();
  }

  /// What stands in place of messages while there are none.
  #drawNote() {
    const { isLoaded } = this.history.segment;
    if (isLoaded) this.problem = null;
    this.note.hidden = this.#rows.length > 0;
    this.note.classList.toggle("is-loading", !isLoaded && !this.problem);
    this.note.textContent = this.problem ?? (isLoaded ? "No messages yet. Write the first one." : "Loading messages…");
  }

  /// Puts the rows of the window into the document, reusing the elements of those that are there.
  #place() {
    const wanted = this.#rows.slice(this.#window.start, this.#window.end);
    const keys = new Set(wanted.map((row) => row.key));
    const kept = new Set([...this.#elements].filter(([key]) => keys.has(key)).map(([, shown]) => shown));
    const heir = heirOfFocus(this.list, "li.message", (row) => kept.has(row), this.scroller);
    for (const [key, shown] of this.#elements) {
      if (!keys.has(key)) {
        shown.remove();
        this.#elements.delete(key);
      }
    }
    let place = this.list.firstChild;
    for (const row of wanted) {
      const shown = this.#elementOf(row);
      if (shown === place) place = place.nextSibling;
      else this.list.insertBefore(shown, place);
    }
    if (heir) this.#focusRow(heir);
  }

  #elementOf(row) {
    let shown = this.#elements.get(row.key);
    if (!shown) {
      shown = makeRow(row);
      this.#elements.set(row.key, shown);
    }
    if (row.kind === "message") shown.firstChild.show(row.view);
    else if (row.kind === "day") shown.firstChild.textContent = row.text;
    return shown;
  }

  #scrolled() {
    this.keeper.moved();
    this.#extend();
    this.#afterMove();
  }

  /// Puts more rows into the document, or loads more, where the view comes near the edge.
  #extend() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    const reach = clientHeight * 1.5;
    if (scrollTop < reach) this.#extendUp();
    if (scrollHeight - scrollTop - clientHeight < reach) this.#extendDown();
  }

  #extendUp() {
    if (this.#window.moveUp()) this.keeper.keep(() => this.#place());
    else this.history.older()?.catch(() => {});
  }

  #extendDown() {
    if (this.#window.moveDown(this.#rows.length)) this.keeper.keep(() => this.#place());
    else this.history.newer()?.catch(() => {});
  }

  #afterMove() {
    const isAtEnd = this.keeper.isAtEnd && !this.history.segment.hasNewer;
    if (isAtEnd) this.#newBelow = 0;
    this.toLatest.hidden = isAtEnd;
    const count = this.#newBelow;
    const label = count > 0 ? `Go to ${count} new message${count === 1 ? "" : "s"}` : "Go to the newest message";
    this.toLatest.setAttribute("aria-label", label);
    this.toLatest.dataset.count = this.#newBelow || "";
    this.#tellView();
  }

  #tellView() {
    const isSeen = this.isReading && isLookedAt();
    const rows = isSeen ? this.#rows.slice(this.#window.start, this.#window.end) : [];
    this.onView(sequencesInView(rows, (row) => this.#elements.get(row.key), this.scroller));
  }

  /// Whether the message of that sequence, which is loaded, lies above the view.
  isAbove(sequence) {
    const index = this.#rows.findIndex((row) => row.sequence >= sequence);
    if (index < 0) return false;
    const shown = this.#elements.get(this.#rows[index].key);
    if (!shown) return index < this.#window.start;
    return shown.getBoundingClientRect().bottom <= this.scroller.getBoundingClientRect().top;
  }

  /// A message of somebody else has come: say so to who does not see it.
  arrived(message) {
    const name = message.sender?.displayName ?? "";
    this.announcer.textContent = `${name}: ${message.content || "sent an attachment"}`;
    clearTimeout(this.announced);
    this.announced = setTimeout(() => (this.announcer.textContent = ""), 5_000);
    if (!this.keeper.isAtEnd) this.#newBelow += 1;
  }

  async goToLatest() {
    const { segment, isReplacing } = this.history;
    if ((segment.hasNewer || isReplacing) && !(await this.history.newest())) return;
    this.#newBelow = 0;
    this.keeper.stickToEnd();
    this.draw();
  }

  /// Shows the message of that sequence, loading what is around it if need be; not if another place
  /// was asked for meanwhile.
  async goTo(sequence, { highlight = true, block = "center" } = {}) {
    // What comes is not to be scrolled to its end.
    this.keeper.release();
    try {
      if (!(await this.history.around(sequence))) return;
    } catch (error) {
      this.keeper.moved();
      throw error;
    }
    this.draw();
    const index = this.#rows.findIndex((row) => row.sequence >= sequence);
    // There is no such message: the newest are the nearest.
    if (index < 0) return void (await this.goToLatest());
    this.#window.centre(index, this.#rows.length);
    this.#place();
    const shown = this.#elements.get(this.#rows[index].key);
    this.keeper.show(shown, block);
    this.#afterMove();
    if (!highlight) return;
    this.#highlight(shown);
    this.#focusRow(shown);
  }

  #highlight(row) {
    clearTimeout(this.highlightEnd);
    for (const one of this.list.querySelectorAll(".is-highlighted")) one.classList.remove("is-highlighted");
    void row.offsetWidth; // The animation begins anew.
    row.classList.add("is-highlighted");
    this.highlightEnd = setTimeout(() => row.classList.remove("is-highlighted"), highlightMilliseconds);
  }

  // The arrow keys go from message to message, Home and End to the oldest and the newest of all; Tab
  // goes to the buttons of the one that has the focus.

  #watchBubbles(signal) {
    this.list.addEventListener("pointerover", (event) => this.#hovered(event), { signal });
    this.list.addEventListener("focusin", (event) => this.#activate(event.target.closest("li.message")), { signal });
    this.scroller.addEventListener("pointerleave", () => this.#activate(document.activeElement?.closest?.("li.message")), { signal });
    this.scroller.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  /// A finger that scrolls is over messages too; one that taps a message gives it the focus.
  #hovered(event) {
    if (event.pointerType !== "touch") this.#activate(event.target.closest?.("li.message"));
  }

  #activate(row) {
    if (this.active === row) return;
    const before = this.active?.firstChild;
    if (before && !before.contains(document.activeElement)) before.activate(false);
    this.active = row ?? null;
    if (row && !row.firstChild.isActive) row.firstChild.activate(true);
  }

  #key(event) {
    const steps = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
    const next = steps[event.key];
    const isOnRow = event.target.matches("li.message");
    if (!isOnRow && event.target !== this.scroller) return;
    if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      this.#goToEdge(event.key);
    }
    if (!next) return;
    let row = isOnRow ? event.target[next] : this.list.lastElementChild;
    while (row && !row.matches("li.message")) row = row[next];
    if (!row) return;
    event.preventDefault();
    this.#focusRow(row);
    this.keeper.show(row, "nearest");
  }

  async #goToEdge(key) {
    try {
      if (key === "Home") await this.goTo(1, { highlight: false, block: "start" });
      else await this.goToLatest();
    } catch (error) {
      this.announcer.textContent = error.message;
      return;
    }
    const rows = this.list.querySelectorAll("li.message");
    const row = key === "Home" ? rows[0] : rows[rows.length - 1];
    if (row) this.#focusRow(row);
  }

  #focusRow(row) {
    this.list.querySelector("li[tabindex='0']")?.setAttribute("tabindex", "-1");
    row.setAttribute("tabindex", "0");
    row.focus({ preventScroll: true });
  }
}

function makeRow(row) {
  if (row.kind === "day") return element("li", { class: "day" }, element("h3", {}, row.text));
  if (row.kind === "unread") return element("li", { class: "unread-mark" }, element("span", {}, "New messages"));
  return element("li", { class: "message", tabindex: "-1" }, document.createElement("message-bubble"));
}

customElements.define("message-list", MessageList);
