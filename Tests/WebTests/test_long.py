import os
import statistics

from people import bubbles
from suite import covers, eventually

COUNT = int(os.environ.get("WARDLINE_WEB_MESSAGES", "100000"))

WATCH_FRAMES = """() => {
  window.gaps = [];
  let last = performance.now();
  const tick = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""
# The numbers of the first and the last message that are in view, and of what has the focus.
IN_VIEW = """() => {
  const view = document.querySelector('.message-scroller').getBoundingClientRect();
  const numberOf = (row) => row.firstChild.view.message.sequence;
  const rows = [...document.querySelectorAll('li.message')].filter((row) => {
    const box = row.getBoundingClientRect();
    return box.bottom > view.top && box.top < view.bottom;
  });
  const focused = document.activeElement.closest?.('li.message');
  return rows.length && [numberOf(rows[0]), numberOf(rows.at(-1)), focused && numberOf(focused)];
}"""


def in_view(page, number):
    """Waits until the message of that number is in view."""
    def is_there():
        found = page.evaluate(IN_VIEW)
        return found and found[0] <= number <= found[1]

    eventually(is_there, f"message {number} is in view: {page.evaluate(IN_VIEW)}", page=page)


@covers("S2.65", "S2.66", "S1.30")
def a_long_conversation(stage):
    """In a conversation of 100,000 messages scrolling is smooth, only what is near the view is in the
    document, and one gets to the unread, the oldest, the newest and what a search finds at once."""
    id = stage.clinic.begin_with_past(COUNT)
    middle = COUNT // 2
    read = stage.clinic.put("dr-lindqvist", f"/api/conversations/{id}/read", {"Up_to": middle})
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    in_view(page, COUNT)
    page.get_by_role("button", name=f"Jump to the first of {read['Unread_count']} unread messages").click()
    in_view(page, middle + 1)
    page.locator(".message-scroller").focus()
    page.keyboard.press("Home")
    in_view(page, 1)
    page.keyboard.press("End")
    in_view(page, COUNT)
    most, frames = scroll(page, -1500)
    reached = page.evaluate(IN_VIEW)[0]
    assert most <= 170, most
    assert reached < COUNT - 300, reached
    back, more_frames = scroll(page, 1500)
    gaps = sorted(frames + more_frames)
    find(stage, page, id)
    stage.figures.append(
        f"conversation of {COUNT:,} messages: at most {max(most, back)} of them in the document, "
        f"scrolled to {reached:,} and back; frames: median {statistics.median(gaps):.1f} ms, "
        f"p99 {gaps[int(len(gaps) * 0.99) - 1]:.1f} ms, worst {gaps[-1]:.1f} ms; {memory(page)}"
    )


def scroll(page, step):
    """Turns the wheel for long: gives how many messages were in the document, and the frames' times."""
    most = 0
    page.evaluate(WATCH_FRAMES)
    page.mouse.move(800, 400)
    for _ in range(150):
        page.mouse.wheel(0, step)
        page.wait_for_timeout(16)
        most = max(most, bubbles(page).count())
    return most, page.evaluate("window.gaps")


def find(stage, page, id):
    """A message from somewhere in the middle is found and shown among its neighbours."""
    wanted = stage.clinic.get("dr-lindqvist", f"/messages/conversation/{id}?limit=1&after={COUNT // 3}")["data"][0]
    page.get_by_role("searchbox").fill(wanted["Content"][:100].rsplit(" ", 1)[0])
    hit = page.locator(f".found-message[href$='#{wanted['Sequence']}']")
    hit.click()
    in_view(page, wanted["Sequence"])
    assert page.locator("li.is-highlighted").inner_text().find(wanted["Content"]) >= 0
    neighbours = page.evaluate("document.querySelector('message-list').history.segment.messages.map((one) => one.sequence)")
    assert neighbours == list(range(neighbours[0], neighbours[0] + len(neighbours))), neighbours
    assert neighbours[0] < wanted["Sequence"] < neighbours[-1], neighbours


def memory(page):
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return f"{found['JSHeapUsedSize'] / 1e6:.1f} MB of script memory, {found['Nodes']:.0f} nodes"
