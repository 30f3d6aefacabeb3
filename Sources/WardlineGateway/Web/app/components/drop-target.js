/// Files that are dropped on the element go to `onFiles(files)`, until the signal aborts.
export function acceptFiles(target, onFiles, signal) {
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  target.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    target.classList.add("is-drop-target");
  }, { signal });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(event.relatedTarget)) target.classList.remove("is-drop-target");
  }, { signal });
  target.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    target.classList.remove("is-drop-target");
    onFiles(event.dataTransfer.files);
  }, { signal });
}
