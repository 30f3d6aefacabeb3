/// How long to wait before the next try: ever longer, up to half a minute, and never the same for
/// all clients of a server that has just come back.
export class Backoff {
  #failures = 0;
  #hurry = () => {};

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
      const timer = setTimeout(resolve, milliseconds);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
      signal?.addEventListener("abort", this.#hurry, { once: true });
    });
  }

  hurry() {
    this.#failures = 0;
    this.#hurry();
  }
}
