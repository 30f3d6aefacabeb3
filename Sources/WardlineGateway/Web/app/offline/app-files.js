// The app's own files stay in the browser, so that it opens without the server: `service-worker.js`.

const workerPath = "/service-worker.js";

/// The one address that the page may make a worker of; its policy lets nothing else make one.
const trusted = globalThis.trustedTypes?.createPolicy("service-worker", {
  createScriptURL: () => workerPath,
});

/// Keeps the files. `onNewVersion()` is called when those of another version have taken their place:
/// this page goes on with what it has, and loaded again it is the new one.
///
/// Over plain HTTP to another machine browsers have no workers: the app works, but opens with the server
/// only.
export async function keepAppFiles(onNewVersion) {
  const container = navigator.serviceWorker;
  if (!container) return;
  // The first worker takes over a page too, which is news for nobody.
  let hasWorker = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (hasWorker) onNewVersion();
    hasWorker = true;
  });
  try {
    await container.register(trusted?.createScriptURL("") ?? workerPath, { updateViaCache: "none" });
  } catch {
    // Storage may be full or forbidden, as in some private windows.
  }
}

/// Asks the server whether there is another version: a server that comes back may be one.
export async function lookForNewVersion() {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.update();
  } catch {
    // It is asked again with the next page or the next connection.
  }
}
