const nearMax = 48;
const margin = 12;

/// Keeps what the person looks at in its place while rows come and go above and below it; at the end
/// of the list it stays at the end.
export class ScrollKeeper {
  isAtEnd = true;

  constructor(scroller, list) {
    this.scroller = scroller;
    this.list = list;
    // Rows change their height when fonts or pictures come.
    new ResizeObserver(() => this.settle()).observe(list);
  }

  /// Does `change` and moves the view so that the first row in it stays where it is.
  keep(change) {
    const anchor = this.isAtEnd ? null : this.#anchor();
    change();
    if (this.isAtEnd) {
      this.settle();
    } else if (anchor?.row.isConnected) {
      const moved = anchor.row.getBoundingClientRect().top - anchor.top;
      if (moved !== 0) this.scroller.scrollTop += moved;
    }
  }

  /// The person has scrolled.
  moved() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < nearMax;
  }

  settle() {
    if (this.isAtEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /// Brings a row into view: at the "start" or the "center" of it, or by the "nearest" way. (The row's
  /// own scrollIntoView would move everything around the list too.)
  show(row, block) {
    const view = this.scroller.getBoundingClientRect();
    const box = row.getBoundingClientRect();
    const toTop = box.top - view.top - margin;
    const toBottom = box.bottom - view.bottom + margin;
    if (block === "start") this.scroller.scrollTop += toTop;
    else if (block === "center") this.scroller.scrollTop += toTop - (view.height - box.height) / 3;
    else if (toTop < 0) this.scroller.scrollTop += toTop;
    else if (toBottom > 0) this.scroller.scrollTop += toBottom;
    this.moved();
  }

  stickToEnd() {
    this.isAtEnd = true;
  }

  release() {
    this.isAtEnd = false;
  }

  #anchor() {
    const top = this.scroller.getBoundingClientRect().top;
    for (const row of this.list.children) {
      const box = row.getBoundingClientRect();
      if (box.bottom > top && row.classList.contains("message")) return { row, top: box.top };
    }
    return null;
  }
}
