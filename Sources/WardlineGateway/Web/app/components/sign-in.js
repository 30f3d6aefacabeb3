import { signInAs, signInChoices } from "../api/session-api.js";
import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { roleName } from "../text/words.js";
import { avatar } from "./avatar.js";

/// The page before anybody is signed in. What it offers is what the server is set up for.
export class SignIn extends HTMLElement {
  /// `onSignedIn()` is called when there may be a session; `reason` says why there is none any more,
  /// `problem` why signing in has failed.
  begin({ onSignedIn, reason, problem }) {
    Object.assign(this, { onSignedIn, reason, failed: problem });
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
        element(
          "header",
          {},
          element("h1", {}, "Sign in"),
          element("p", { class: "sign-in-hint" }, "Messages between you and your care team."),
        ),
        this.reason ? element("p", { class: "sign-in-reason", role: "status" }, this.reason) : null,
        this.problem,
        this.choices,
      ),
    );
    if (this.failed) this.#tell(this.failed);
    await this.#load();
  }

  async #load() {
    try {
      this.#offer(await signInChoices());
    } catch (error) {
      this.#tell(error.message);
      // The session may be as good as ever once the server is there.
      this.choices.replaceChildren(
        element("button", { type: "button", class: "button primary", onClick: () => this.onSignedIn() }, "Try again"),
      );
    }
  }

  /// `providers`: { name, path } each; older servers have none.
  #offer({ people, providers = [] }) {
    // Back to the place that was asked for, once the person is known.
    const back = encodeURIComponent(location.pathname);
    this.choices.replaceChildren(
      ...providers.map(({ name, path }) => element(
        "a",
        { class: "button primary", href: `${path}?path=${back}` },
        element("span", {}, "Sign in with ", element("bdi", {}, name)),
      )),
    );
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
      this.#tell(error.message);
    }
  }

  #tell(problem) {
    this.problem.textContent = problem;
    this.problem.hidden = false;
  }
}

customElements.define("sign-in", SignIn);
