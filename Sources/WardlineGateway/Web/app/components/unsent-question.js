import { element } from "../dom/element.js";

/// Asks whether to sign out although that many messages have not been sent, which would be lost.
/// Gives the answer.
export function mayLoseUnsent(count) {
  const what = count === 1 ? "1 message has" : `${count} messages have`;
  const dialog = element(
    "dialog",
    { class: "dialog", role: "alertdialog", "aria-labelledby": "unsent-title", "aria-describedby": "unsent-text" },
    element("h2", { id: "unsent-title" }, `${what} not been sent`),
    element("p", { id: "unsent-text" }, "Nothing that you wrote stays here when you sign out. Sign out anyway?"),
    element(
      "footer",
      { class: "dialog-footer" },
      element("button", { type: "button", class: "button", onClick: () => dialog.close() }, "Cancel"),
      element("button", { type: "button", class: "button danger", onClick: () => dialog.close("leave") }, "Sign out anyway"),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "leave");
    });
  });
}
