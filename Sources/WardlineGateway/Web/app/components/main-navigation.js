import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { roleName } from "../text/words.js";
import { avatar } from "./avatar.js";
import { badge } from "./unread-badge.js";

/// The sidebar of the app: where one can go, by role, and who is signed in.
export class MainNavigation extends HTMLElement {
  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    const { me } = this.chat;
    this.links = linksFor(me).map((link) => ({ ...link, element: this.#link(link) }));
    const signOut = () => this.dispatchEvent(new Event("sign-out", { bubbles: true }));
    const nav = element(
      "nav",
      { "aria-label": "Main" },
      element("a", { href: "/", class: "brand" }, icon("leaf"), element("span", {}, "Wardline")),
      element("ul", { class: "plain-list" }, this.links.map((link) => element("li", {}, link.element))),
      element(
        "div",
        { class: "user-card" },
        avatar({ id: me.userId, name: me.displayName, size: "small" }),
        element("p", {}, element("bdi", {}, me.displayName), element("small", {}, roleName(me.userType))),
        element(
          "button",
          { type: "button", class: "icon-button sign-out", title: "Sign out", onClick: signOut },
          icon("signOut"),
          element("span", {}, "Sign out"),
        ),
      ),
    );
    this.replaceChildren(nav);
    this.chat.addEventListener("list", () => this.#draw(), { signal });
    this.#draw();
  }

  disconnectedCallback() {
    this.left.abort();
  }

  /// The place that is shown: "dietitian" or "chat".
  set place(place) {
    this.current = place;
    if (this.isConnected) this.#draw();
  }

  #link({ href, name, symbol }) {
    return element("a", { href }, icon(symbol), element("span", {}, name));
  }

  #draw() {
    const { list } = this.chat;
    const support = list.sorted.find((one) => one.type === "support" && one.careRole === "dietitian");
    const counts = { dietitian: support?.unreadCount ?? 0, chat: list.unreadTotal };
    if (this.links.length > 1) counts.chat -= counts.dietitian;
    for (const link of this.links) {
      const isCurrent = link.place === this.current;
      if (isCurrent) link.element.setAttribute("aria-current", "page");
      else link.element.removeAttribute("aria-current");
      link.element.querySelector(".badge")?.remove();
      if (counts[link.place] > 0) link.element.append(badge(counts[link.place]));
    }
    const total = list.unreadTotal;
    document.title = `${total > 0 ? `(${total}) ` : ""}${linksFor(this.chat.me).find((one) => one.place === this.current)?.name ?? "Messages"} · Wardline`;
  }
}

/// Patients have their dietitian first; staff have the list of everybody.
export function linksFor(me) {
  if (me.userType !== "patient") return [{ place: "chat", href: "/chat", name: "Messages", symbol: "chats" }];
  return [
    { place: "dietitian", href: "/dietitian-support", name: "Dietitian Support", symbol: "leaf" },
    { place: "chat", href: "/chat", name: "Conversations", symbol: "chats" },
  ];
}

customElements.define("main-navigation", MainNavigation);
