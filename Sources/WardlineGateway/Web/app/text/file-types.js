// Browsers go by what the system has installed: some know no type for these, or the one of the program
// that opens them.
const byExtension = {
  csv: "text/csv",
  dcm: "application/dicom",
  heic: "image/heic",
  odt: "application/vnd.oasis.opendocument.text",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
};

const kinds = { image: "pictures", audio: "sound", video: "videos", text: "text", application: "documents" };

export function contentTypeOf(file) {
  return byExtension[extensionOf(file.name)] ?? (file.type || "application/octet-stream");
}

/// Whether files of that type may be sent, by the types that the server lists: `image/png`, `audio/*`.
export function isAccepted(type, accepted) {
  return accepted.some((one) => one === "*/*" || one === type || one === `${type.split("/")[0]}/*`);
}

/// What the chooser of the browser is to offer; nothing for all files.
export function choosable(accepted) {
  if (accepted.includes("*/*")) return "";
  const extensions = Object.keys(byExtension).filter((one) => isAccepted(byExtension[one], accepted));
  return [...accepted, ...extensions.map((one) => `.${one}`)].join(",");
}

/// What may be sent, in words.
export function acceptedKinds(accepted) {
  const named = new Set(accepted.map((type) => kinds[type.split("/")[0]]).filter(Boolean));
  return new Intl.ListFormat("en-GB").format(named);
}

/// What stands on a file's card: PDF, DOCX; "File" for a name that does not say.
export function fileKind(name) {
  const extension = extensionOf(name);
  return /^[a-z0-9]{1,5}$/.test(extension) ? extension.toUpperCase() : "File";
}

function extensionOf(name) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : "";
}
