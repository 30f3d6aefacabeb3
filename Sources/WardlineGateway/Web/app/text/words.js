// What the app calls things.

const roles = {
  patient: "Patient",
  doctor: "Doctor",
  dietitian: "Dietitian",
  pharmacist: "Pharmacist",
  nurse: "Nurse",
  admin: "Administrator",
  service: "Service",
};

export function roleName(role) {
  return roles[role] ?? "";
}

/// Up to two letters for the place of a picture: those of the first and the last name.
export function initials(name) {
  const words = name.replace(/^(dr|prof|mr|mrs|ms)\.?\s+/i, "").split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return chosen.map((word) => [...word][0].toUpperCase()).join("");
}

/// One of the colours of pictures, the same for a person each time.
export function colourIndex(text, count = 6) {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return sum % count;
}

export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

/// "Ann", "Ann and Bo", "Ann, Bo and 3 others".
export function listOf(names) {
  if (names.length <= 1) return names.join("");
  if (names.length === 2) return names.join(" and ");
  if (names.length === 3) return `${names[0]}, ${names[1]} and ${names[2]}`;
  return `${names[0]}, ${names[1]} and ${names.length - 2} others`;
}

/// The server's reasons begin in small letters and have no full stop.
export function asSentence(text) {
  if (text === "") return "";
  return `${text[0].toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? "" : "."}`;
}
