import { element } from "../dom/element.js";

const overscan = 6;

/// A list of rows of one height, of which only those in view are in the document.
export class WindowedRows {
  #items = [];
  #rows = new Map();
  #rowHeight = 0;

  /// `keyOf(item)`, `make(item)` gives the content of a row, `signature(item)` changes when that does.
  /// `onNearEnd()` is called when the last rows come into view.
  constructor(scroller, { label, keyOf, make, signature, onNearEnd }) {
    this.scroller = scroller;
    this.keyOf = keyOf;
    this.make = make;
    this.signature = signature;
    this.onNearEnd = onNearEnd;
    this.list = element("div", { class: "windowed-rows", role: "list", "aria-label": label });
    this.probe = element("div", { class: "windowed-row is-probe", "aria-hidden": "true" });
    scroller.append(this.list, this.probe);
    scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    const sizes = new ResizeObserver(() => this.#resized());
    sizes.observe(scroller);
    sizes.observe(this.probe);
  }

  #resized() {
    this.#rowHeight = this.#measure();
    this.#draw();
  }

  show(items) {
    this.#items = items;
    this.#draw();
  }

  /// Puts the focus on the row `step` away from the one that has it, or on the first or last.
  moveFocus(step) {
    const focused = this.list.contains(document.activeElement)
      ? Number(document.activeElement.closest("[data-index]").dataset.index)
      : -1;
    const last = this.#items.length - 1;
    const wanted = step === "first" ? 0 : step === "last" ? last : focused + step;
    if (wanted < 0 || wanted > last) return false;
    this.#focus(wanted);
    return true;
  }

  /// Puts the focus on the row of that key. Gives whether there is one.
  focusKey(key) {
    const index = this.#items.findIndex((item) => this.keyOf(item) === key);
    if (index >= 0) this.#focus(index);
    return index >= 0;
  }

  #focus(index) {
    this.#scrollTo(index);
    this.#draw();
    this.list.querySelector(`[data-index="${index}"] a`)?.focus({ preventScroll: true });
  }

  #scrollTo(index) {
    const { scroller } = this;
    const top = index * this.#rowHeight;
    const bottom = top + this.#rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = bottom - scroller.clientHeight;
    }
  }

  #draw() {
    const indexes = this.#indexesWanted();
    this.list.style.height = `${this.#items.length * this.#rowHeight}px`;
    const wanted = indexes.map((index) => this.#row(this.#items[index], index));
    const keys = new Set(wanted.map((row) => row.dataset.key));
    for (const [key, row] of this.#rows) {
      if (!keys.has(key)) {
        row.remove();
        this.#rows.delete(key);
      }
    }
    this.#place(wanted);
    if (this.#range().to >= this.#items.length - overscan) this.onNearEnd?.();
  }

  #range() {
    this.#rowHeight ||= this.#measure();
    const { scrollTop, clientHeight } = this.scroller;
    return {
      from: Math.max(0, Math.floor(scrollTop / this.#rowHeight) - overscan),
      to: Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / this.#rowHeight) + overscan),
    };
  }

  /// Those near the view, and the one that has the focus, which would be lost with it.
  #indexesWanted() {
    const { from, to } = this.#range();
    const indexes = [];
    for (let index = from; index < to; index += 1) indexes.push(index);
    const key = document.activeElement?.closest?.("[data-key]")?.dataset.key;
    const focused = key && this.#rows.has(key) ? this.#items.findIndex((item) => this.keyOf(item) === key) : -1;
    if (focused >= to) indexes.push(focused);
    else if (focused >= 0 && focused < from) indexes.unshift(focused);
    return indexes;
  }

  /// In the document they stand in their order too: Tab and screen readers go by it.
  #place(wanted) {
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    let place = this.list.firstChild;
    for (const row of wanted) {
      if (row === place) place = place.nextSibling;
      else this.list.insertBefore(row, place);
    }
    // A row that was put elsewhere has lost the focus.
    if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }

  #row(item, index) {
    const key = this.keyOf(item);
    let row = this.#rows.get(key);
    if (!row) {
      row = element("div", { class: "windowed-row", role: "listitem", "data-key": key });
      this.#rows.set(key, row);
    }
    const signature = this.signature(item);
    if (row.dataset.signature !== signature) {
      const hadFocus = row.contains(document.activeElement);
      row.replaceChildren(this.make(item));
      row.dataset.signature = signature;
      if (hadFocus) row.querySelector("a")?.focus({ preventScroll: true });
    }
    row.dataset.index = index;
    row.setAttribute("aria-posinset", index + 1);
    row.setAttribute("aria-setsize", this.#items.length);
    row.style.transform = `translateY(${index * this.#rowHeight}px)`;
    return row;
  }

  /// The height is the style sheet's, in units of the font, so it follows the reader's text size.
  #measure() {
    return this.probe.getBoundingClientRect().height || 72;
  }
}
