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
    scroller.append(this.list);
    scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(scroller);
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
    this.#scrollTo(wanted);
    this.#draw();
    this.list.querySelector(`[data-index="${wanted}"] a`)?.focus({ preventScroll: true });
    return true;
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
    this.#rowHeight ||= this.#measure();
    const { scrollTop, clientHeight } = this.scroller;
    const from = Math.max(0, Math.floor(scrollTop / this.#rowHeight) - overscan);
    const to = Math.min(
      this.#items.length,
      Math.ceil((scrollTop + clientHeight) / this.#rowHeight) + overscan,
    );
    this.list.style.height = `${this.#items.length * this.#rowHeight}px`;
    const wanted = new Set();
    let previous = null;
    for (let index = from; index < to; index += 1) {
      const row = this.#row(this.#items[index], index);
      wanted.add(row.dataset.key);
      const place = previous ? previous.nextSibling : this.list.firstChild;
      if (row !== place) this.list.insertBefore(row, place);
      previous = row;
    }
    for (const [key, row] of this.#rows) {
      if (!wanted.has(key)) {
        row.remove();
        this.#rows.delete(key);
      }
    }
    if (to >= this.#items.length - overscan) this.onNearEnd?.();
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
    const probe = element("div", { class: "windowed-row" });
    this.list.append(probe);
    const height = probe.getBoundingClientRect().height;
    probe.remove();
    return height || 72;
  }
}
