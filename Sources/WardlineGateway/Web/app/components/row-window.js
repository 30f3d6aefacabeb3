const step = 40;
const lengthMax = 120;

/// Which of many rows are in the document: those from `start` up to `end`, at most `lengthMax`. It
/// keeps to the same messages when rows come before or behind them.
export class RowWindow {
  start = 0;
  end = 0;
  #firstKey = null;
  #lastKey = null;

  /// The rows have changed. `toEnd`: the view is at the end and stays there.
  follow(rows, toEnd) {
    const indexes = new Map(rows.map((row, index) => [row.key, index]));
    const first = indexes.get(this.#firstKey);
    const last = indexes.get(this.#lastKey);
    if (toEnd || first === undefined || last === undefined) {
      this.end = rows.length;
      const kept = first !== undefined && rows.length - first <= lengthMax + step;
      this.start = kept ? first : Math.max(0, rows.length - lengthMax);
    } else {
      this.start = first;
      this.end = last + 1;
      if (this.end - this.start < step) this.end = Math.min(rows.length, this.start + step);
    }
    // Headings go with the first message below them.
    while (this.start > 0 && rows[this.start - 1].kind !== "message") this.start -= 1;
    this.#remember(rows);
  }

  moveUp() {
    if (this.start === 0) return false;
    this.start = Math.max(0, this.start - step);
    this.end = Math.min(this.end, this.start + lengthMax);
    this.#remember();
    return true;
  }

  moveDown(count) {
    if (this.end >= count) return false;
    this.end = Math.min(count, this.end + step);
    this.start = Math.max(this.start, this.end - lengthMax);
    this.#remember();
    return true;
  }

  centre(index, count) {
    this.start = Math.max(0, Math.min(index - lengthMax / 2, count - lengthMax));
    this.end = Math.min(count, this.start + lengthMax);
    this.#remember();
  }

  #rows = [];

  /// Headings have no message's key: they may move when older messages of their day are loaded.
  #remember(rows = this.#rows) {
    this.#rows = rows;
    const inside = rows.slice(this.start, this.end).filter((row) => row.kind === "message");
    this.#firstKey = inside[0]?.key ?? null;
    this.#lastKey = inside[inside.length - 1]?.key ?? null;
  }
}
