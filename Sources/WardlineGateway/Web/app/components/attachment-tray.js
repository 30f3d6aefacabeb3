import { element, iconButton } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { attachmentLimits } from "../state/attachment-limits.js";
import { Upload } from "../state/upload.js";
import { acceptedKinds, contentTypeOf, isAccepted } from "../text/file-types.js";
import { sizeOf } from "../text/words.js";

/// The files that will go with the next message, each with its progress, a button that cancels it,
/// and one that tries again.
export class AttachmentTray {
  #cards = new Map();

  /// `onChange()` is called after each change; `tell(text)` says why files are not taken.
  onChange = () => {};
  tell = () => {};

  constructor(chat) {
    this.chat = chat;
    this.element = element("ul", { class: "attachment-tray plain-list", "aria-label": "Attachments", hidden: true });
  }

  /// Whether a file is still on its way, or has failed.
  get isBusy() {
    return [...this.#cards.keys()].some((upload) => upload.state !== "done");
  }

  get isReady() {
    return this.#cards.size > 0 && !this.isBusy;
  }

  /// Why nothing can be sent now, and what to do; null when it can.
  get hindrance() {
    const uploads = [...this.#cards.keys()];
    const failed = uploads.filter((upload) => upload.state === "failed");
    if (failed.some((upload) => upload.mayRetry)) return "A file was not uploaded. Try it again or remove it, then send.";
    if (failed.length > 0) return "A file cannot be sent. Remove it, then send.";
    return this.isBusy ? "Files are still being uploaded. Send when they are there." : null;
  }

  async add(files) {
    const chosen = [...files];
    const limits = await attachmentLimits(this.chat);
    const problems = [];
    for (const file of chosen) {
      const problem = problemOf(file, limits);
      if (problem) problems.push(problem);
      else this.#begin(file);
    }
    if (problems.length > 0) this.tell(problems.join("\n"));
  }

  #begin(file) {
    const upload = new Upload(file, () => this.#draw(upload));
    const card = makeCard(upload, () => this.#cancel(upload));
    this.#cards.set(upload, card);
    this.element.append(card.element);
    this.element.hidden = false;
    upload.start();
    this.onChange();
  }

  #draw(upload) {
    const card = this.#cards.get(upload);
    if (!card) return;
    const percent = Math.round((upload.sent / upload.file.size) * 100);
    card.progress.value = percent;
    card.progress.hidden = upload.state !== "uploading";
    card.retry.hidden = upload.state !== "failed" || !upload.mayRetry;
    card.element.dataset.state = upload.state;
    card.note.textContent = {
      uploading: `${percent} % of ${sizeOf(upload.file.size)}`,
      done: sizeOf(upload.file.size),
      failed: upload.problem,
    }[upload.state] ?? "";
    this.onChange();
  }

  #cancel(upload) {
    upload.cancel();
    this.#remove(upload);
    this.onChange();
  }

  #remove(upload) {
    const card = this.#cards.get(upload);
    if (card?.preview) URL.revokeObjectURL(card.preview);
    card?.element.remove();
    this.#cards.delete(upload);
    this.element.hidden = this.#cards.size === 0;
  }

  /// The uploads that are complete, which leave the tray.
  take() {
    const done = [...this.#cards.keys()].filter((upload) => upload.state === "done");
    for (const upload of done) this.#remove(upload);
    return done;
  }

  cancelAll() {
    for (const upload of [...this.#cards.keys()]) this.#cancel(upload);
  }
}

/// What is against a file before a byte is sent; null when nothing is known to be.
function problemOf(file, limits) {
  if (file.size === 0) return `${file.name} is empty.`;
  if (!limits) return null;
  const { fileBytesMax, contentTypes } = limits;
  if (file.size > fileBytesMax) {
    return `${file.name} is too large: ${sizeOf(file.size)}; at most ${sizeOf(fileBytesMax)} can be sent.`;
  }
  if (isAccepted(contentTypeOf(file), contentTypes)) return null;
  return `${file.name} is of a kind that cannot be sent. Accepted are ${acceptedKinds(contentTypes)}.`;
}

/// A small picture of a picture; a sign where it turns out to be none.
function previewOf(address) {
  const picture = element("img", { src: address, alt: "" });
  picture.addEventListener("error", () => picture.replaceWith(icon("file")));
  return picture;
}

function makeCard(upload, onCancel) {
  const { file } = upload;
  const preview = upload.isImage ? URL.createObjectURL(file) : null;
  const progress = element("progress", { max: 100, value: 0, "aria-label": `Upload of ${file.name}` });
  const note = element("small", { role: "status" });
  const retry = iconButton(icon("retry"), `Try ${file.name} again`, () => upload.start(), { hidden: true });
  return {
    preview,
    progress,
    note,
    retry,
    element: element(
      "li",
      { class: "attachment-card" },
      preview ? previewOf(preview) : icon("file"),
      element("span", { class: "attachment-text" }, element("bdi", {}, file.name), note, progress),
      retry,
      iconButton(icon("close"), `Remove ${file.name}`, onCancel),
    ),
  };
}
