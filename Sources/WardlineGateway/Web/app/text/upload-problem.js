// What the server has against a file, in words of the app. Its own are for programmers.

const again = "Remove it and choose it again.";

// By the field that is at fault. The type is checked by its name at the start, and by its bytes at the end.
const atStart = {
  Content_type: "Files of this kind are not accepted.",
  File_name: "The name is too long or has signs that are not accepted. Rename the file and choose it again.",
  Size: "The file is too large.",
};

const ofBytes = {
  Content_type: "The file is not what its name says, or is damaged.",
  body: `The file has changed meanwhile. ${again}`,
  last: `The file has changed meanwhile. ${again}`,
};

const byCode = {
  PERMISSION_DENIED: "You may not send files.",
  NOT_FOUND: `The upload took too long. ${again}`,
  RESOURCE_EXHAUSTED: "There is no room for more files now. Try again later.",
  UNREACHABLE: "The connection was lost.",
  WRONG_OFFSET: "The upload was interrupted.",
};

/// { text, mayRetry } for an error of an upload and the field that it names: whether the same bytes may be
/// taken another time. `hasBegun`: the error is about the bytes, no more about what was said of them.
export function uploadProblem(error, field, hasBegun) {
  if (error.name === "NotReadableError" || error.name === "NotFoundError") {
    return { text: `The file has been changed or moved. ${again}`, mayRetry: false };
  }
  if (field === "Upload-Sha256") return { text: "The file was damaged on its way.", mayRetry: true };
  const mayRetry = error.isPassing === true || error.code === "WRONG_OFFSET";
  if (error.status >= 500) return { text: "The server cannot take the file now.", mayRetry };
  return { text: (hasBegun ? ofBytes : atStart)[field] ?? byCode[error.code] ?? error.message, mayRetry };
}
