// The server writes `Message_id` and `Created_at`; the app reads `messageId` and milliseconds.

/// The same value with the app's names, and with times as milliseconds since 1970.
export function fromWire(value) {
  if (Array.isArray(value)) return value.map(fromWire);
  if (value === null || typeof value !== "object") return value;
  const record = {};
  for (const [name, field] of Object.entries(value)) {
    record[camelCase(name)] = isTime(name, field) ? Date.parse(field) : fromWire(field);
  }
  return record;
}

const names = new Map();

function camelCase(name) {
  let known = names.get(name);
  if (known === undefined) {
    const [first, ...rest] = name.split("_");
    known = first[0].toLowerCase() + first.slice(1) + rest.map(capital).join("");
    names.set(name, known);
  }
  return known;
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function isTime(name, field) {
  return typeof field === "string" && /(_at|_until|_time)$/.test(name);
}
