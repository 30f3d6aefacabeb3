import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { followPaths, goTo, homeOf, ownAddress, placeOf } from "../router.js";
import "./chat-sidebar.js";
import "./chat-window.js";
import "./connection-state.js";
import "./dietitian-support.js";
import { dropTrays } from "./kept-trays.js";
import "./main-navigation.js";

/// What somebody who is signed in sees: the navigation, and the place that the path names.
export class AppShell extends HTMLElement {
  connectedCallback() {
    this.left = new AbortController();
    this.navigation = document.createElement("main-navigation");
    this.navigation.chat = this.chat;
    this.connection = document.createElement("connection-state");
    this.connection.chat = this.chat;
    this.main = element("main", { id: "main", tabindex: "-1" });
    this.replaceChildren(
      element(
        "a",
        { href: "#main", class: "skip-link", target: "_self", onClick: (event) => this.#skip(event) },
        "Skip to the conversation",
      ),
      this.navigation,
      element("div", { class: "shell-content" }, this.connection, this.main),
    );
    this.versionNotice = element("div", { class: "version-notice", role: "status" });
    this.querySelector(".shell-content").prepend(this.versionNotice);
    followPaths(this.chat.me, (path) => this.#go(path), this.left.signal);
    this.#show(ownAddress(this.chat.me));
  }

  disconnectedCallback() {
    this.left.abort();
    dropTrays(this.chat);
  }

  /// The files of another version are there. What is written stays when the page is loaded anew.
  offerNewVersion() {
    this.versionNotice.replaceChildren(
      element("span", {}, "There is a new version of this page."),
      element("button", { type: "button", class: "link-button", onClick: () => location.reload() }, "Use it now"),
    );
  }

  /// Past the navigation and the list, to where one reads and writes.
  #skip(event) {
    event.preventDefault();
    this.#focusFirst(this.main.querySelector(".window-place, dietitian-support"), this.main);
  }

  /// The person goes somewhere, and the focus with them: from a list that a phone hides it would be lost.
  #go(address) {
    const before = this.openId;
    this.#show(address);
    if (this.shown !== "chat" || this.openId === before) return;
    if (this.openId) this.place.focus({ preventScroll: true });
    else if (!this.sidebar.focusOn(before)) this.main.focus();
  }

  /// On the first of the elements that is shown.
  #focusFirst(...candidates) {
    candidates.find((one) => one?.checkVisibility?.() ?? one)?.focus({ preventScroll: true });
  }

  #show(address) {
    const { me } = this.chat;
    let place = placeOf(address, me);
    if (!place) {
      history.replaceState(history.state, "", homeOf(me));
      place = placeOf(homeOf(me), me);
    }
    this.navigation.place = place.place;
    if (place.place === "dietitian") this.#showDietitian();
    else this.#showChat(place);
  }

  #showDietitian() {
    if (this.shown === "dietitian") return;
    this.shown = "dietitian";
    const view = document.createElement("dietitian-support");
    view.chat = this.chat;
    view.tabIndex = -1;
    this.main.className = "place-dietitian";
    this.main.replaceChildren(element("h1", { class: "spoken" }, "Dietitian Support"), view);
  }

  #showChat({ conversationId, sequence }) {
    if (this.shown !== "chat") {
      this.shown = "chat";
      this.sidebar = document.createElement("chat-sidebar");
      this.sidebar.chat = this.chat;
      this.sidebar.heading = this.chat.me.userType === "patient" ? "Conversations" : "Messages";
      this.sidebar.onOpen = (id) => goTo(`/chat/${encodeURIComponent(id)}`, (path) => this.#go(path));
      this.place = element("section", { class: "window-place", tabindex: "-1", "aria-label": "Conversation" });
      const title = element("h1", { class: "spoken" }, this.sidebar.heading);
      this.main.replaceChildren(title, this.sidebar, this.place);
      this.openId = undefined;
    }
    this.main.className = conversationId ? "place-chat has-open" : "place-chat";
    this.sidebar.selected = conversationId;
    if (this.openId !== conversationId) {
      this.openId = conversationId;
      this.place.replaceChildren(conversationId ? this.#window(conversationId) : emptyPlace());
    }
    if (sequence) this.window.showMessage(sequence);
  }

  #window(conversationId) {
    this.window = document.createElement("chat-window");
    this.window.begin({ chat: this.chat, conversationId });
    return this.window;
  }
}

function emptyPlace() {
  return element(
    "div",
    { class: "welcome" },
    element(
      "div",
      { class: "welcome-card" },
      element("span", { class: "welcome-icon" }, icon("chats")),
      element("h2", {}, "No conversation is open"),
      element("p", {}, "Choose one from the list to read and write, or begin one with the plus sign above it."),
    ),
  );
}

customElements.define("app-shell", AppShell);
