import { element, spoken } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { withLinks } from "../text/links.js";
import { fileOf, pictureOf } from "./attached-content.js";

// What stands in a bubble, by the type of its message. Each function gives a list of nodes.

export function contentOf(message, me) {
  if (message.isDeleted) {
    return [element("p", { class: "bubble-deleted" }, icon("trash"), "This message was deleted.")];
  }
  const made = makers[message.messageType] ?? text;
  return made(message, me);
}

const makers = { text, image, file, call };

/// The time and the status go into the paragraph, behind the last line where there is room.
function text(message) {
  return message.content
    ? [element("p", { class: "bubble-line", dir: "auto" }, element("span", { class: "bubble-text" }, withLinks(message.content)))]
    : [];
}

function image(message, me) {
  return [pictureOf(message, me), ...text(message)];
}

function file(message, me) {
  return [fileOf(message, me)];
}

function call(message) {
  return [
    element(
      "p",
      { class: "bubble-call" },
      element("span", { class: "bubble-call-sign" }, icon("call")),
      element("span", { dir: "auto" }, spoken("Call: "), message.content || "Call"),
    ),
  ];
}

/// What a reply answers: who and the beginning, as a button that goes there.
export function quoteOf(reference, onOpen) {
  const name = reference.sender?.displayName ?? "";
  const preview = reference.isDeleted
    ? "This message was deleted."
    : reference.preview || { image: "Photo", file: "File", call: "Call" }[reference.messageType] || "";
  return element(
    "button",
    { type: "button", class: "quote", tabindex: "-1", onClick: onOpen },
    spoken("In reply to "),
    element("strong", {}, element("bdi", {}, name)),
    element("span", { dir: "auto" }, preview),
  );
}
