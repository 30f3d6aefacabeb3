import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";

const patienceMilliseconds = 1_500;

/// Says when the server cannot be reached, what that means for the person, and when it is tried again.
export class ConnectionState extends HTMLElement {
  #timer;

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    this.setAttribute("role", "status");
    this.chat.addEventListener("connection", () => this.#changed(), { signal });
    window.addEventListener("offline", () => this.#draw(), { signal });
    window.addEventListener("online", () => this.#changed(), { signal });
    this.#changed();
  }

  disconnectedCallback() {
    this.left.abort();
    clearTimeout(this.#timer);
  }

  /// A connection that comes back at once is not worth a word.
  #changed() {
    const { state } = this.chat.connection;
    clearTimeout(this.#timer);
    if (state === "live") {
      this.dataset.state = "live";
      this.replaceChildren();
    } else {
      this.#timer = setTimeout(() => this.#draw(), this.childElementCount > 0 ? 0 : patienceMilliseconds);
    }
  }

  #draw() {
    clearTimeout(this.#timer);
    const { state, retryAt } = this.chat.connection;
    if (state === "live" && navigator.onLine) return;
    this.dataset.state = "offline";
    const seconds = state === "waiting" ? Math.max(1, Math.ceil((retryAt - Date.now()) / 1000)) : 0;
    this.replaceChildren(
      icon("offline"),
      element(
        "span",
        {},
        element("strong", {}, navigator.onLine ? "The server cannot be reached. " : "You are offline. "),
        "You can go on reading; what you write is sent when the connection is back.",
      ),
      element("button", { type: "button", class: "link-button", onClick: () => this.chat.hurry() },
        seconds > 0 ? "Try now" : "Connecting…"),
    );
  }
}

customElements.define("connection-state", ConnectionState);
