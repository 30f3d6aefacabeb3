// Keeps the app's own files, so that the page opens without the server. Nothing of what people write
// goes through here: answers of the server are not kept, see `storage/database.js` for what is.
//
// The server writes in the folder of its version and the names of the files, so another version of the
// app is another worker.

const folder = "/app/";
const files = [/* files */];

const cachePrefix = "wardline-app ";
const cacheName = cachePrefix + folder;
/// The one page is the same for all of these paths.
const pagePath = /^\/(dietitian-support|chat(\/[^/]+)?)?$/;
const patienceMilliseconds = 4_000;
/// What people read and write goes past the worker, where browsers can do that: it would be started for
/// each request otherwise.
const past = ["/api/*", "/messages", "/messages/*", "/web/*"];

self.addEventListener("install", (event) => {
  const routes = past.map((urlPattern) => ({ condition: { urlPattern }, source: "network" }));
  event.waitUntil(Promise.all([install(), event.addRoutes?.(routes)]));
});
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pagePath.test(pathname)) event.respondWith(page(request));
  else if (pathname.startsWith(folder)) event.respondWith(file(request));
});

/// All files or none: a version that is kept by halves would not start.
async function install() {
  const page = await fetch("/", { cache: "no-cache", credentials: "omit" });
  const text = await page.clone().text();
  if (!page.ok || !text.includes(`"${folder}`)) throw new Error("the server has another version by now");
  const cache = await caches.open(cacheName);
  await cache.put("/", page);
  await cache.addAll(files.map((name) => folder + name));
  // A page that is open has all its files already, whichever version it is of.
  await self.skipWaiting();
}

/// Of other versions nothing is left.
async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(cachePrefix) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/// The server's page, which is of its newest version; the one that is kept where the server cannot be
/// reached, takes too long, or is down behind a proxy that answers in its place.
async function page(request) {
  const kept = (await caches.open(cacheName)).match("/");
  const asked = fetch(request).then(async (answer) => (answer.status < 500 ? answer : ((await kept) ?? answer)));
  try {
    return await Promise.race([asked, patience().then(() => kept).then((found) => found ?? asked)]);
  } catch (error) {
    const found = await kept;
    if (found) return found;
    throw error;
  }
}

function patience() {
  return new Promise((resolve) => setTimeout(resolve, patienceMilliseconds));
}

/// Files below the folder of a version never change.
async function file(request) {
  const kept = await (await caches.open(cacheName)).match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}
