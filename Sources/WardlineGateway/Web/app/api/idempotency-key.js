/// A name for one change, under which the server makes it once, however often it is asked.
/// (crypto.randomUUID is only there over https.)
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
