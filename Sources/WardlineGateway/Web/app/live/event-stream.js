import { fromWire } from "../api/records.js";
import { RequestError, send } from "../api/request.js";
import { Backoff } from "./backoff.js";
import { readEventLines } from "./event-lines.js";

/// The events of the log, in order, over a connection that is made again whenever it ends.
///
/// It goes on behind the cursor of the newest event, so nothing is missed and nothing comes twice.
/// (EventSource would do most of this, but hides why a server refuses.)
export class EventStream {
  /// `handlers`: onEvent(event), onState("connecting" | "live" | "waiting", retryAt), onExpired(),
  /// which is called when the log does not reach the cursor any more: load everything anew.
  constructor(handlers, cursor = null) {
    this.handlers = handlers;
    this.cursor = cursor;
    this.backoff = new Backoff();
    this.stopped = new AbortController();
  }

  async run() {
    while (!this.stopped.signal.aborted) {
      this.handlers.onState("connecting");
      try {
        await this.#connection();
      } catch (error) {
        if (this.stopped.signal.aborted || error.endsSession) return;
        if (error.status === 410) {
          this.cursor = null;
          this.handlers.onExpired();
        }
      }
      const pause = this.backoff.next();
      this.handlers.onState("waiting", Date.now() + pause);
      await this.backoff.wait(pause, this.stopped.signal);
    }
  }

  /// Tries again at once, when the network is said to be back or somebody asks.
  hurry() {
    this.backoff.hurry();
  }

  stop() {
    this.stopped.abort();
    this.backoff.hurry();
  }

  async #connection() {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    this.stopped.signal.addEventListener("abort", stop);
    // The server is heard of every 15 seconds; a connection that is silent for longer is dead.
    let watchdog = setTimeout(stop, silenceMilliseconds);
    try {
      const headers = { Accept: "text/event-stream" };
      if (this.cursor) headers["Last-Event-ID"] = this.cursor;
      const response = await send("GET", "/api/events/stream", { headers, signal: attempt.signal });
      this.backoff.reset();
      await readEventLines(response.body, (id, data) => {
        clearTimeout(watchdog);
        watchdog = setTimeout(stop, silenceMilliseconds);
        this.#received(id, data);
      });
      throw new RequestError(0, "UNREACHABLE", "The stream of events has ended.");
    } finally {
      clearTimeout(watchdog);
      this.stopped.signal.removeEventListener("abort", stop);
    }
  }

  #received(id, data) {
    if (id !== null) this.cursor = id;
    this.handlers.onState("live");
    if (data !== null) this.handlers.onEvent(fromWire(JSON.parse(data)));
  }
}

const silenceMilliseconds = 40_000;
