import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";

const patienceMilliseconds = 1_500;

/// Says when the server cannot be reached, what that means for the person, and when it is back. Each is
/// said once, however often it is tried meanwhile.
export class ConnectionState extends HTMLElement {
  #timer;
  #isShown = false;

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    this.what = element("strong", {});
    this.line = element("span", { role: "status" });
    this.retry = element("button", { type: "button", class: "link-button", onClick: () => this.chat.hurry() });
    this.back = element("span", { class: "spoken", role: "status" });
    this.replaceChildren(this.line, this.back);
    this.chat.addEventListener("connection", () => this.#changed(), { signal });
    window.addEventListener("offline", () => this.#show(), { signal });
    window.addEventListener("online", () => this.#changed(), { signal });
    this.#changed();
  }

  disconnectedCallback() {
    this.left.abort();
    clearTimeout(this.#timer);
  }

  /// A connection that comes back at once is not worth a word.
  #changed() {
    if (this.chat.connection.state === "live") this.#hide();
    else if (this.#isShown) this.#draw();
    else this.#timer ??= setTimeout(() => this.#show(), patienceMilliseconds);
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.dataset.state = "live";
    if (!this.#isShown) return;
    this.#isShown = false;
    this.line.replaceChildren();
    this.replaceChildren(this.line, this.back);
    this.back.textContent = "The connection is back.";
  }

  #show() {
    this.#draw();
    if (this.#isShown) return;
    this.#isShown = true;
    this.dataset.state = "offline";
    this.back.textContent = "";
    this.prepend(icon("offline"));
    this.line.replaceChildren(this.what, "You can go on reading; what you write is sent when the connection is back.");
    this.append(this.retry);
  }

  #draw() {
    const what = navigator.onLine ? "The server cannot be reached. " : "You are offline. ";
    // The same text again would be read out again.
    if (this.what.textContent !== what) this.what.textContent = what;
    this.retry.textContent = this.chat.connection.state === "waiting" ? "Try now" : "Connecting…";
  }
}

customElements.define("connection-state", ConnectionState);
