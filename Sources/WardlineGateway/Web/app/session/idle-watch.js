import { keepAlive } from "../api/session-api.js";
import { element } from "../dom/element.js";
import { idleMilliseconds, noteActivity } from "./known-person.js";

const activities = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/// Signs out whoever does nothing for a while, after a warning. The server ends the session by
/// itself too; what counts in both is what the person does, not what the page does by itself. What they
/// do in one tab counts for all.
export class IdleWatch {
  #notedAt = 0;
  #toldAt = Date.now();
  #timer;
  #dialog = null;

  /// `limits`: { idleSeconds, warningSeconds } of the session. `onIdle()` is called at the end.
  constructor(limits, onIdle) {
    this.idle = limits.idleSeconds * 1000;
    this.warning = limits.warningSeconds * 1000;
    this.onIdle = onIdle;
    this.#note();
    this.stopped = new AbortController();
    const { signal } = this.stopped;
    for (const name of activities) {
      window.addEventListener(name, () => this.#active(), { signal, passive: true });
    }
    document.addEventListener("visibilitychange", () => this.#check(), { signal });
    this.#timer = setInterval(() => this.#check(), Math.min(1_000, this.warning / 4));
  }

  stop() {
    this.stopped.abort();
    clearInterval(this.#timer);
    this.#dialog?.remove();
  }

  #active() {
    // Moving the pointer makes many events in a second.
    if (this.#dialog || Date.now() - this.#notedAt < 1_000) return;
    this.#note();
    if (Date.now() - this.#toldAt > Math.min(60_000, this.idle / 4)) this.#tell();
  }

  #note() {
    this.#notedAt = Date.now();
    noteActivity();
  }

  #tell() {
    this.#toldAt = Date.now();
    keepAlive().catch(() => {});
  }

  #check() {
    const left = this.idle - idleMilliseconds();
    if (left <= 0) {
      this.stop();
      this.onIdle();
    } else if (left <= this.warning) {
      this.#warn(Math.ceil(left / 1000));
    } else if (this.#dialog) {
      // Somebody went on in another tab.
      this.#stay();
    }
  }

  #warn(seconds) {
    if (!this.#dialog) {
      this.#dialog = element(
        "dialog",
        { class: "dialog", role: "alertdialog", "aria-labelledby": "idle-title", "aria-describedby": "idle-text" },
        element("h2", { id: "idle-title" }, "Are you still there?"),
        element("p", { id: "idle-text" }, "To protect your messages you will be signed out in ", element("strong", {}, ""), "."),
        element(
          "footer",
          { class: "dialog-footer" },
          element("button", { type: "button", class: "button primary", onClick: () => this.#stay() }, "Stay signed in"),
        ),
      );
      this.#dialog.addEventListener("close", () => this.#dialog && this.#stay());
      document.body.append(this.#dialog);
      this.#dialog.showModal();
    }
    this.#dialog.querySelector("strong").textContent = `${seconds} s`;
  }

  #stay() {
    const dialog = this.#dialog;
    this.#dialog = null;
    // Closing it gives the focus back to where it was; removing it alone does not.
    dialog?.close();
    dialog?.remove();
    this.#note();
    this.#tell();
  }
}
