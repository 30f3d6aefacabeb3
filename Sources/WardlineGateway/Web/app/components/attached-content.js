import { element, spoken } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { attachmentFacts } from "../state/attachment-facts.js";
import { fileKind } from "../text/file-types.js";
import { sizeOf } from "../text/words.js";

// Pictures and files in a bubble. Their names and sizes are not in the message: they are asked for when
// the bubble comes near the view.

const widthMax = 288;
const heightMax = 320;

/// The sizes of pictures that were shown, by address: drawn anew they have them at once.
const sizes = new Map();

/// The whole picture, in its own shape: of a clinical one nothing may be cut off.
export function pictureOf(message, me) {
  const address = message.attachmentUrl;
  const picture = element("img", {
    src: `${address}/thumbnail`,
    alt: message.content || "Photo",
    class: "bubble-picture is-pending",
    decoding: "async",
  });
  if (sizes.has(address)) fit(picture, sizes.get(address));
  picture.addEventListener("load", () => {
    const { naturalWidth: width, naturalHeight: height } = picture;
    sizes.set(address, { width, height });
    // Until then it stands in a box of its own, and what one reads must not move.
    const change = () => fit(picture, { width, height });
    if (picture.classList.contains("is-pending")) {
      picture.dispatchEvent(new CustomEvent("row-resize", { bubbles: true, detail: change }));
    }
  });
  picture.addEventListener("error", () => {
    // There is no small one (yet): take the whole picture, and say so if that fails too.
    if (picture.src.endsWith("/thumbnail")) picture.src = address;
    else picture.replaceWith(element("span", { class: "bubble-picture is-pending is-missing" }, icon("file"), "The photo cannot be shown now."));
  });
  const link = element("a", { href: address, target: "_blank", rel: "noopener", class: "bubble-picture-link" },
    picture, spoken("Open the photo"));
  if (!message.content) whenNear(link, message, me, (facts) => (picture.alt = facts.fileName));
  return link;
}

/// Small ones are not blown up.
function fit(picture, { width, height }) {
  const scale = Math.min(1, widthMax / width, heightMax / height);
  picture.width = Math.max(1, Math.round(width * scale));
  picture.height = Math.max(1, Math.round(height * scale));
  picture.classList.remove("is-pending");
}

/// A card that is one link: what it is called, of what kind, and how large.
export function fileOf(message, me) {
  const name = message.content || "File";
  const about = element("small", {}, fileKind(name));
  const card = element(
    "a",
    { href: message.attachmentUrl, download: true, class: "bubble-file" },
    element("span", { class: "bubble-file-sign" }, icon("file")),
    element("span", { class: "bubble-file-text" },
      spoken("Download "), element("bdi", { class: "bubble-file-name" }, name), about),
    icon("down"),
  );
  whenNear(card, message, me, (facts) => {
    about.textContent = `${fileKind(facts.fileName)} · ${sizeOf(facts.size)}`;
  });
  return card;
}

/// Asks for what is known of an attachment as soon as `shown` comes near the view.
function whenNear(shown, { attachmentId }, me, onFacts) {
  if (!attachmentId) return;
  const observer = new IntersectionObserver(async (entries) => {
    if (!entries.some((one) => one.isIntersecting)) return;
    observer.disconnect();
    const facts = await attachmentFacts(me, attachmentId);
    if (facts) onFacts(facts);
  });
  observer.observe(shown);
}
