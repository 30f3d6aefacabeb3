/// The row that takes the focus when the one that has it leaves a list: the next of those that stay, else
/// the one before, else the `otherwise`. Null when the focus is not in the list, or its row stays.
export function heirOfFocus(list, selector, stays, otherwise) {
  const focused = document.activeElement?.closest?.(selector);
  if (!focused || !list.contains(focused) || stays(focused)) return null;
  const rows = [...list.querySelectorAll(selector)];
  const index = rows.indexOf(focused);
  return rows.slice(index + 1).find(stays) ?? rows.slice(0, index).findLast(stays) ?? otherwise;
}
