/// How long to wait before the next try: ever longer, up to half a minute, and never the same for
/// all clients of a server that has just come back.
export class Backoff {
  #failures = 0;
  #waiting = new Set();

  next() {
    const longest = Math.min(30_000, 500 * 2 ** this.#failures);
    this.#failures += 1;
    return longest / 2 + Math.random() * (longest / 2);
  }

  reset() {
    this.#failures = 0;
  }

  /// Returns after that time, when `hurry` is called, or when the signal aborts.
  wait(milliseconds, signal) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener("abort", end);
      this.#waiting.add(end);
    });
  }

  hurry() {
    this.#failures = 0;
    for (const end of [...this.#waiting]) end();
  }
}
