// What somebody sees of a list of messages.

/// Whether somebody may be looking at the page.
export function isLookedAt() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/// The sequences of the messages in view; `elementOf(row)` gives what is in the document of a row.
export function sequencesInView(rows, elementOf, scroller) {
  const view = scroller.getBoundingClientRect();
  const found = [];
  for (const row of rows.toReversed()) {
    const box = row.sequence && elementOf(row)?.getBoundingClientRect();
    if (!box) continue;
    if (box.bottom <= view.top) break;
    if (isSeen(box, view)) found.push(row.sequence);
  }
  return found;
}

/// Who has seen the end of a message has read it; of one that is taller than the view, its start.
function isSeen(box, view) {
  const edge = box.height > view.height ? box.top : box.bottom;
  return edge > view.top && edge <= view.bottom + 1;
}
