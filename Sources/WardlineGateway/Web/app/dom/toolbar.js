const steps = { ArrowRight: 1, ArrowLeft: -1 };

/// The toolbar, in which the arrow keys, Home and End lead from button to button too.
export function withArrowKeys(toolbar) {
  toolbar.addEventListener("keydown", (event) => {
    const buttons = [...toolbar.querySelectorAll("button")];
    const place = buttons.indexOf(document.activeElement);
    const isMirrored = getComputedStyle(toolbar).direction === "rtl";
    const edges = { Home: 0, End: buttons.length - 1 };
    const step = (steps[event.key] ?? 0) * (isMirrored ? -1 : 1);
    const wanted = edges[event.key] ?? (place + step + buttons.length) % buttons.length;
    if (place < 0 || wanted === place) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[wanted].focus();
  });
  return toolbar;
}
