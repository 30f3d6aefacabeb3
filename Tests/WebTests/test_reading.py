from people import conversation, shows, texts, write
from suite import covers, eventually
from test_long import IN_VIEW, in_view
from test_window import filled


def read_up_to(stage, user, id):
    people = stage.clinic.get(user, f"/api/conversations/{id}")["Participants"]
    return next(one["Read_up_to"] for one in people if one["User_id"] == user)


def unread(stage, user, id):
    return stage.clinic.get(user, f"/api/conversations/{id}")["Unread_count"]


# Resolves when what was to be told has been told.
QUIET = """() => new Promise((resolve) => {
  const { receipts } = document.querySelector('app-shell').chat;
  receipts.flush().then(() => resolve());
})"""


def told(page):
    """Whatever the page has to tell the server is told."""
    page.evaluate(QUIET)


@covers("S2.63", "S2.65")
def only_what_was_seen_is_read(stage):
    """Much that is unread is opened at its first message, and only what was in view counts as read;
    the rest follows as one scrolls."""
    id = filled(stage, 40)
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    in_view(page, 1)
    page.locator(".unread-mark").wait_for()
    eventually(lambda: read_up_to(stage, "dr-lindqvist", id) > 0, "the first are read", page=page)
    told(page)
    last = page.evaluate(IN_VIEW)[1]
    assert read_up_to(stage, "dr-lindqvist", id) in (last - 1, last), last
    assert last < 30, last
    assert page.get_by_role("button", name="Jump to").count() == 0
    page.mouse.move(800, 400)

    def scrolled_to_the_end():
        page.mouse.wheel(0, 200)
        return unread(stage, "dr-lindqvist", id) == 0

    eventually(scrolled_to_the_end, "all is read", page=page)
    conversation(page, "History").locator(".badge").wait_for(state="detached")


@covers("S2.63", "S2.65", "S2.9")
def unread_far_above(stage):
    """What is not loaded stays unread: one is led to it, and a way back to the end does not mark what
    was skipped."""
    id = filled(stage, 120)
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    jump = page.get_by_role("button", name="Jump to the first of 120 unread messages")
    jump.wait_for()
    in_view(page, 120)
    told(page)
    assert read_up_to(stage, "dr-lindqvist", id) == 0
    stage.clinic.send("dr-haddad", id, "Message 121")
    page.get_by_role("button", name="Jump to the first of 121 unread messages").click()
    in_view(page, 1)
    eventually(lambda: 0 < read_up_to(stage, "dr-lindqvist", id) < 40, "the first are read", page=page)
    page.get_by_role("button", name="Go to the newest message").click()
    in_view(page, 121)
    told(page)
    assert read_up_to(stage, "dr-lindqvist", id) < 40
    left = unread(stage, "dr-lindqvist", id)
    page.get_by_role("button", name=f"Jump to the first of {left} unread messages").wait_for()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Mark all as read").focus()
    page.keyboard.press("Enter")
    eventually(lambda: unread(stage, "dr-lindqvist", id) == 0, "all is read", page=page)
    page.get_by_role("button", name="Jump to").wait_for(state="hidden")
    conversation(page, "History").locator(".badge").wait_for(state="detached")


@covers("S2.63", "S2.67")
def answering_reads_everything(stage):
    """Who answers has read what was said; they see what they have written, and no line is left above it."""
    id = filled(stage, 120)
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    page.get_by_role("button", name="Jump to the first of 120 unread messages").click()
    in_view(page, 1)
    page.locator(".unread-mark").wait_for()
    write(page, "I have read it all")
    shows(page, "I have read it all")
    assert texts(page)[-2:] == ["Message 120", "I have read it all"]
    eventually(lambda: unread(stage, "dr-lindqvist", id) == 0, "all is read", page=page)
    page.locator(".unread-mark").wait_for(state="detached")
    page.get_by_role("button", name="Jump to").wait_for(state="hidden")


HIDE = """(state) => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@covers("S2.63", "S2.65")
def arrivals_while_hidden(stage):
    """What comes while the page is hidden is unread: a line is before the first of it, one comes back
    to it, and only what is in view counts as read."""
    id = filled(stage, 30)
    stage.clinic.put("dr-lindqvist", f"/api/conversations/{id}/read", {})
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    in_view(page, 30)
    page.evaluate(HIDE, "hidden")
    for number in range(31, 56):
        stage.clinic.send("dr-haddad", id, f"Message {number}")
    shows(page, "Message 55")
    told(page)
    assert unread(stage, "dr-lindqvist", id) == 25
    page.evaluate(HIDE, "visible")
    in_view(page, 31)
    mark = page.locator(".unread-mark").bounding_box()
    first = page.get_by_text("Message 31", exact=True).bounding_box()
    assert 0 < first["y"] - mark["y"] < 120, (mark, first)
    eventually(lambda: read_up_to(stage, "dr-lindqvist", id) > 30, "some of it is read", page=page)
    told(page)
    assert read_up_to(stage, "dr-lindqvist", id) < 55


@covers("S2.63")
def few_unread_are_read_at_once(stage):
    """What fits into the view is read when the conversation is opened, whoever else wrote in between."""
    id = filled(stage, 30)
    stage.clinic.put("dr-lindqvist", f"/api/conversations/{id}/read", {})
    stage.clinic.send("dr-haddad", id, "One more")
    stage.clinic.send("dr-lindqvist", id, "Mine, from elsewhere")
    stage.clinic.send("dr-haddad", id, "And another")
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    page.locator(".unread-mark").wait_for()
    eventually(lambda: unread(stage, "dr-lindqvist", id) == 0, "all is read", page=page)
    assert page.get_by_role("button", name="Jump to").count() == 0
