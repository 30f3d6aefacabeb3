import { element, spoken } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { withLinks } from "../text/links.js";

// What stands in a bubble, by the type of its message. Each function gives a list of nodes.

export function contentOf(message) {
  if (message.isDeleted) {
    return [element("p", { class: "bubble-deleted" }, icon("trash"), "This message was deleted.")];
  }
  const made = makers[message.messageType] ?? text;
  return made(message);
}

const makers = { text, image, file, call };

function text(message) {
  return message.content
    ? [element("p", { class: "bubble-text", dir: "auto" }, withLinks(message.content))]
    : [];
}

/// The box has its size before the picture is there, so nothing moves when it comes.
function image(message) {
  const address = message.attachmentUrl;
  const picture = element("img", {
    src: `${address}/thumbnail`,
    alt: message.content || "Photo",
    class: "bubble-picture",
    decoding: "async",
  });
  picture.addEventListener("error", () => {
    // There is no small one (yet): take the whole picture, and say so if that fails too.
    if (picture.src.endsWith("/thumbnail")) picture.src = address;
    else picture.replaceWith(element("span", { class: "bubble-picture is-missing" }, icon("file"), "The photo cannot be shown now."));
  });
  return [
    element("a", { href: address, target: "_blank", rel: "noopener", class: "bubble-picture-link" },
      picture, spoken("Open the photo")),
    ...text(message),
  ];
}

function file(message) {
  return [
    element(
      "a",
      { href: message.attachmentUrl, download: true, class: "bubble-file" },
      icon("file"),
      element("bdi", { class: "bubble-file-name" }, message.content || "File"),
      element("small", {}, "Download"),
    ),
  ];
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
