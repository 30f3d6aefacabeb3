import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { presenceWord } from "../state/presence.js";
import { avatar } from "./avatar.js";

// Before a patient has written: whom they write to, what for, and what not.

const questions = [
  "Which foods should I prefer, and which should I avoid?",
  "I have a question about my plan: ",
  "Here is what I have eaten today: ",
];

/// `presence`: that of the dietitian, if it is known. `onAsk(text)`: a beginning was chosen.
export function dietitianCard(dietitian, presence, onAsk) {
  const { displayName: name, userId: id } = dietitian;
  return element(
    "section",
    { class: "welcome-card", "aria-labelledby": "dietitian-name" },
    avatar({ id, name, size: "large", presence }),
    element("h2", { id: "dietitian-name" }, element("bdi", {}, name)),
    element("p", { class: "welcome-role" }, ["Your dietitian", presence ? presenceWord(presence).word : null].filter(Boolean).join(" · ")),
    element("p", {}, "Ask about meals, your plan, or how you are doing. They read what you write, and so may others at your clinic who look after you."),
    element("h3", { class: "spoken" }, "Ways to begin"),
    element("ul", { class: "starters plain-list" }, questions.map((text) => element("li", {}, starter(text, onAsk)))),
    emergencyAdvice(),
  );
}

function starter(text, onAsk) {
  const shown = text.trim().replace(/:$/, "…");
  return element("button", { type: "button", class: "starter", onClick: () => onAsk(text) }, shown);
}

/// Nobody may wait here for help.
export function emergencyAdvice() {
  return element(
    "p",
    { class: "emergency" },
    icon("alert"),
    element("span", {}, "In an emergency do not wait for an answer here: call your local emergency number."),
  );
}
