import * as api from "../api/chat-api.js";
import { newKey } from "../api/idempotency-key.js";
import { noteEndOfSession, RequestError, sessionHeaders } from "../api/request.js";
import { fromWire } from "../api/records.js";
import { contentTypeOf } from "../text/file-types.js";
import { uploadProblem } from "../text/upload-problem.js";
import { Sha256 } from "../hash/sha256.js";

const partBytes = 1024 * 1024;

/// One file on its way to the server, part by part, of which only one is in memory. What has arrived is
/// kept there, so a retry goes on where the last try ended.
///
/// `state` is "uploading", "done", "failed" or "cancelled"; `sent` counts bytes.
export class Upload {
  key = newKey();
  state = "uploading";
  sent = 0;
  problem = null;
  /// Whether the same bytes may be taken another time.
  mayRetry = false;
  attachment = null;
  #running = null;
  #hash = new Sha256();
  #digest = null;

  constructor(file, onChange) {
    this.file = file;
    this.onChange = onChange;
    this.isImage = /^image\/(png|jpeg|gif|webp|avif)$/.test(contentTypeOf(file));
  }

  async start() {
    this.#set("uploading");
    try {
      this.attachment ??= await api.startAttachment(this.file, this.key);
      if (this.sent > 0) {
        this.attachment = await api.attachmentInfo(this.attachment.attachmentId);
        this.sent = this.attachment.receivedBytes;
      }
      while (this.state === "uploading" && !this.#isComplete) await this.#sendPart();
      if (this.state === "uploading") this.#set("done");
    } catch (error) {
      if (this.state === "cancelled") return;
      const field = error.field ?? this.#running?.response?.field;
      const { text, mayRetry } = uploadProblem(error, field, Boolean(this.attachment));
      Object.assign(this, { problem: text, mayRetry });
      this.#set("failed");
    }
  }

  get #isComplete() {
    return this.attachment.state !== "uploading";
  }

  cancel() {
    this.#set("cancelled");
    this.#running?.abort();
    if (this.attachment) api.discardAttachment(this.attachment.attachmentId).catch(() => {});
  }

  async #sendPart() {
    const start = this.sent;
    const part = this.file.slice(start, start + partBytes);
    const isLast = start + part.size >= this.file.size;
    await this.#hashUpTo(start + part.size);
    const answer = await this.#patch(part, start, isLast);
    this.attachment = fromWire(answer);
    this.sent = this.attachment.receivedBytes;
    this.onChange();
  }

  /// The hash of the file goes with its last part. Whatever of a part has to be sent again, it is taken
  /// into the hash once.
  async #hashUpTo(end) {
    const bytes = await this.file.slice(this.#hash.length, end).arrayBuffer();
    this.#hash.update(new Uint8Array(bytes));
    if (end >= this.file.size) this.#digest ??= this.#hash.hex();
  }

  /// XMLHttpRequest tells how much has gone out, fetch does not.
  #patch(part, offset, isLast) {
    return new Promise((resolve, reject) => {
      const call = (this.#running = new XMLHttpRequest());
      call.open("PATCH", `/api/attachments/${encodeURIComponent(this.attachment.attachmentId)}`);
      call.setRequestHeader("Content-Type", "application/octet-stream");
      for (const [name, value] of Object.entries(sessionHeaders())) call.setRequestHeader(name, value);
      call.setRequestHeader("Upload-Offset", String(offset));
      if (isLast) {
        call.setRequestHeader("Upload-Complete", "?1");
        call.setRequestHeader("Upload-Sha256", this.#digest);
      }
      call.responseType = "json";
      call.upload.onprogress = (progress) => {
        this.sent = offset + Math.min(progress.loaded, part.size);
        this.onChange();
      };
      call.onload = () => {
        if (call.status < 300) return resolve(call.response);
        const { code, detail } = call.response ?? {};
        const failure = new RequestError(call.status, code, detail ?? "The file was refused.");
        noteEndOfSession(failure);
        reject(failure);
      };
      call.onerror = call.onabort = () => reject(new RequestError(0, "UNREACHABLE", "The connection was lost."));
      call.send(part);
    });
  }

  #set(state) {
    this.state = state;
    if (state !== "failed") this.problem = null;
    this.onChange();
  }
}
