import { signInAs, signInChoices } from "../api/session-api.js";
import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { roleName } from "../text/words.js";
import { avatar } from "./avatar.js";

// What the server's words for a failed sign-in mean to people.
const failures = {
  cancelled: "You have not signed in.",
  refused: "You could not be signed in. Please try again.",
  unavailable: "The identity provider cannot be reached just now. Please try again in a moment.",
  unknown_user: "There is nobody here under that account. Please ask your clinic.",
};

/// The page before anybody is signed in. What it offers is what the server is set up for.
export class SignIn extends HTMLElement {
  /// `onSignedIn()` is called when there is a session; `reason` says why there is none any more.
  begin({ onSignedIn, reason }) {
    Object.assign(this, { onSignedIn, reason });
  }

  async connectedCallback() {
    document.title = "Sign in · Wardline";
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.choices = element("div", { class: "sign-in-choices" });
    this.replaceChildren(
      element(
        "main",
        { class: "sign-in-card" },
        element("p", { class: "brand" }, icon("leaf"), element("span", {}, "Wardline")),
        element("h1", {}, "Sign in"),
        this.reason ? element("p", { class: "sign-in-reason", role: "status" }, this.reason) : null,
        this.problem,
        this.choices,
      ),
    );
    this.#showFailure();
    await this.#load();
  }

  /// Why an identity provider's answer did not sign anybody in, said once: the address forgets it.
  #showFailure() {
    const code = new URLSearchParams(location.search).get("sign-in-error");
    if (!code) return;
    history.replaceState(null, "", location.pathname);
    this.#fail(new Error(failures[code] ?? failures.refused));
  }

  async #load() {
    try {
      this.#offer(await signInChoices());
    } catch (error) {
      this.#fail(error);
      this.choices.replaceChildren(
        element("button", { type: "button", class: "button primary", onClick: () => this.#retry() }, "Try again"),
      );
    }
  }

  #retry() {
    this.problem.hidden = true;
    this.#load();
  }

  #offer({ people, providers }) {
    this.choices.replaceChildren();
    // Back to the place that was asked for, once one is known.
    const path = encodeURIComponent(location.pathname);
    for (const { name, path: start } of providers) {
      const href = `${start}?path=${path}`;
      this.choices.append(element("a", { class: "button primary", href, target: "_self" }, `Continue with ${name}`));
    }
    if (people.length > 0) {
      this.choices.append(
        element("p", { class: "sign-in-hint" }, "This is a development server with a sample clinic. Choose who you are:"),
        element("ul", { class: "plain-list people" }, people.map((person) => this.#person(person))),
      );
    }
    if (providers.length === 0 && people.length === 0) {
      this.choices.append(element("p", {}, "Open the chat from your clinic's portal: it signs you in."));
    }
  }

  #person(person) {
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "person", onClick: () => this.#signIn(person) },
        avatar({ id: person.userId, name: person.displayName, size: "small" }),
        element(
          "span",
          { class: "person-text" },
          element("bdi", {}, person.displayName),
          element("small", {}, roleName(person.userType)),
        ),
      ),
    );
  }

  async #signIn(person) {
    try {
      await signInAs(person.userId);
      this.onSignedIn();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    this.problem.textContent = error.message;
    this.problem.hidden = false;
  }
}

customElements.define("sign-in", SignIn);
