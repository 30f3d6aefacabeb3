// Our own small set, drawn on 24 × 24 with lines of 1.75.

const shapes = {
  alert: "M12 8.5v4.5M12 16.2v.1M12 3.5 2.8 19.5h18.4Z",
  archive: "M4 8h16v11.5H4ZM3 4.5h18V8H3ZM10 12h4",
  attach: "m8 12.5 5.8-5.8a3.2 3.2 0 0 1 4.5 4.5l-7.6 7.6a5.2 5.2 0 0 1-7.3-7.3l7.2-7.2",
  back: "M19 12H5.5M11 6l-6 6 6 6",
  call: "M6.5 3.5 9.6 4l1.2 4-2 1.6a12 12 0 0 0 5.6 5.6l1.6-2 4 1.2.5 3.1a2 2 0 0 1-2 2.3A16 16 0 0 1 4.2 5.5a2 2 0 0 1 2.3-2Z",
  chats: "M3.5 5h12v8.5h-6L6 16.5v-3H3.5ZM18.5 9h2v8.5H18v2.8l-3.4-2.8H10",
  check: "m4.5 12.5 4.8 5L19.5 6.5",
  checks: "m2 12.8 4.3 4.5L15 7M11.3 16.2l1.3 1.1L21.6 7",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5v5l3.2 2",
  close: "m6 6 12 12M18 6 6 18",
  down: "M12 5v13.5M6 13l6 6 6-6",
  edit: "m4.5 19.5.9-4.2L16.2 4.5l3.3 3.3L8.7 18.6ZM14 6.7l3.3 3.3",
  file: "M6 3.5h8l4.5 4.5v12.5H6ZM13.5 3.5v5h5",
  leaf: "M5 19.5c0-9 5-14 14.5-15 .5 10-4.5 14.5-11 13.5M5 20c1.5-4.5 4-7.5 8-9.5",
  lock: "M5.5 10.5h13v10h-13ZM8.5 10.5V7a3.5 3.5 0 0 1 7 0v3.5M12 14.5v2.2",
  more: "M5.5 12h.1M12 12h.1M18.5 12h.1",
  offline: "M3 3l18 18M5 12.5a10 10 0 0 1 4-2.3M19 12.5a10 10 0 0 0-5.3-2.8M8.5 16a5 5 0 0 1 7 0M12 19.5h.1",
  people: "M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20c.3-4 2.8-6 6.5-6s6.2 2 6.5 6M16 5a3.2 3.2 0 0 1 0 6.2M17.5 14.3c2.4.6 3.8 2.5 4 5.7",
  plus: "M12 5v14M5 12h14",
  reply: "M9.5 6 4 11.5 9.5 17M4.5 11.5H14c4 0 6 2.5 6 6.5",
  retry: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4h-4",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5l5 5",
  send: "M4 12 3.5 4 21 12 3.5 20ZM4 12h8",
  signOut: "M14 4H5v16h9M10 12h10.5M16.5 8l4 4-4 4",
  smile: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8.5 14c1.8 2.6 5.2 2.6 7 0M9 9.5v.1M15 9.5v.1",
  trash: "M4.5 6.5h15M9 6.5v-3h6v3M6.5 6.5l.8 14h9.4l.8-14M10 10.5v6M14 10.5v6",
  unlock: "M5.5 10.5h13v10h-13ZM8.5 10.5V7a3.5 3.5 0 0 1 6.8-1.2M12 14.5v2.2",
};

const namespace = "http://www.w3.org/2000/svg";

/// Decoration: whoever uses one says in words what it means.
export function icon(name) {
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}
