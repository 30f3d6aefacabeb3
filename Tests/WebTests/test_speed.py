import statistics

from people import shows
from suite import covers, eventually

COUNT = 200

# Both clocks are of one machine; the moment is taken when the bubble is in the document and the next
# frame has been asked for.
WATCH = """() => {
  window.shownAt = {};
  new MutationObserver(() => {
    for (const text of document.querySelectorAll('li.message .bubble-text')) {
      const found = /^ping (\\d+)$/.exec(text.textContent);
      if (found && !(found[1] in window.shownAt)) {
        window.shownAt[found[1]] = performance.timeOrigin + performance.now();
      }
    }
  }).observe(document.querySelector('message-list'), { subtree: true, childList: true });
}"""
SEND = """(number) => {
  const field = document.querySelector('textarea');
  field.value = `ping ${number}`;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  const at = performance.timeOrigin + performance.now();
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  return at;
}"""


@covers("S1.29")
def typed_to_shown(stage):
    """The patient presses Enter and the dietitian's browser shows it; the times are printed."""
    id = stage.clinic.support("Hello")
    patient = stage.sign_in("amara")
    shows(patient, "Hello")
    dietitian = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(dietitian, "Hello")
    dietitian.evaluate(WATCH)
    took = []
    for number in range(COUNT):
        sent = patient.evaluate(SEND, number)
        shown = eventually(
            lambda: dietitian.evaluate("(n) => window.shownAt[n]", str(number)), "shown", page=dietitian
        )
        took.append(shown - sent)
    took.sort()
    stage.figures.append(
        f"typed to shown, {COUNT} messages: median {statistics.median(took):.1f} ms, "
        f"p99 {took[int(COUNT * 0.99) - 1]:.1f} ms, worst {took[-1]:.1f} ms"
    )


@covers("S1.10")
def first_load(stage):
    """The first load of the app: bytes over the wire, requests, first contentful paint, shifts."""
    stage.clinic.support("Hello")
    page = stage.people.page(stage.people.context())
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    loaded = []
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });"""
    )
    page.goto("/")
    page.wait_for_selector(".person")
    page.wait_for_load_state("networkidle")
    bytes_loaded, requests = sum(loaded), len(loaded)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert bytes_loaded < 150 * 1024, bytes_loaded
    stage.people.sign_in("amara", page=page)
    shows(page, "Hello")
    page.reload()
    shows(page, "Hello")
    again = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    shift = page.evaluate("window.shift")
    stage.figures.append(
        f"first load: {bytes_loaded / 1024:.1f} KiB in {requests} requests, first contentful paint "
        f"{paint:.0f} ms; signed in and loaded again: {again:.0f} ms, layout shift {shift:.4f}"
    )


@covers("S2.60", "S2.61")
def a_thousand_conversations(stage):
    """Of 1,000 conversations only those in view are in the document, and all can be reached."""
    for number in range(1000):
        stage.clinic.group("dr-lindqvist", ["dr-haddad"], f"Case {number:04}")
    page = stage.sign_in("dr-lindqvist")
    page.locator(".conversation", has_text="Case 0999").wait_for()
    most = 0
    for _ in range(200):
        most = max(most, page.locator(".conversation").count())
        page.evaluate("document.querySelector('.sidebar-scroller').scrollTop += 2000")
        page.wait_for_timeout(30)
        if page.locator(".conversation", has_text="Case 0000").count():
            break
    page.locator(".conversation", has_text="Case 0000").wait_for()
    assert most < 60, most
    stage.figures.append(f"1,000 conversations: at most {most} rows in the document")
