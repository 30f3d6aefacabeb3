import { attachmentUsage } from "../api/chat-api.js";
import { element, iconButton } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { Upload } from "../state/upload.js";
import { sizeOf } from "../text/words.js";

/// The files that will go with the next message, each with its progress, a button that cancels it,
/// and one that tries again.
export class AttachmentTray {
  #cards = new Map();
  #limits = null;

  /// `onChange()` after each change; `tell(text)` says why a file is not taken.
  constructor(onChange, tell) {
    this.onChange = onChange;
    this.tell = tell;
    this.element = element("ul", { class: "attachment-tray plain-list", "aria-label": "Attachments", hidden: true });
  }

  /// Whether a file is still on its way, or has failed.
  get isBusy() {
    return [...this.#cards.keys()].some((upload) => upload.state !== "done");
  }

  get isReady() {
    return this.#cards.size > 0 && !this.isBusy;
  }

  async add(files) {
    const chosen = [...files];
    this.#limits ??= await attachmentUsage().catch(() => null);
    for (const file of chosen) {
      const problem = this.#problemOf(file);
      if (problem) this.tell(problem);
      else this.#begin(file);
    }
  }

  #problemOf(file) {
    const most = this.#limits?.fileBytesMax;
    if (file.size === 0) return `${file.name} is empty.`;
    if (most && file.size > most) {
      return `${file.name} is too large: ${sizeOf(file.size)}; at most ${sizeOf(most)} can be sent.`;
    }
    return null;
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
    card.retry.hidden = upload.state !== "failed";
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
      preview ? element("img", { src: preview, alt: "" }) : icon("file"),
      element("span", { class: "attachment-text" }, element("bdi", {}, file.name), note, progress),
      retry,
      iconButton(icon("close"), `Remove ${file.name}`, onCancel),
    ),
  };
}
