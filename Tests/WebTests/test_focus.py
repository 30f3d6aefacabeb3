from people import PHONE, conversation, shows, write
from suite import covers, eventually

FOCUSED = "document.activeElement"


def focus_is(page, selector, what):
    eventually(lambda: page.evaluate(f"{FOCUSED}.matches('{selector}')"), what, page=page)


def teams(stage, count, reader="dr-lindqvist", writer="dr-haddad"):
    ids = [stage.clinic.group(reader, [writer], f"Team {number}") for number in range(count)]
    for id in ids:
        stage.clinic.send(writer, id, "Hello")
        stage.clinic.put(reader, f"/api/conversations/{id}/read", {})
    return ids


@covers("S2.60")
def focus_after_delete(stage):
    """A dialog that is closed gives the focus back to its message; one that goes, to its neighbour."""
    id = stage.clinic.direct("dr-haddad", "amara")
    for text in ("First", "Second"):
        stage.clinic.send("amara", id, text)
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    shows(page, "Second")
    row = page.locator("li.message", has_text="First")
    row.hover()
    row.get_by_role("button", name="Delete").click()
    page.mouse.move(5, 5)
    page.keyboard.press("Escape")
    eventually(lambda: row.evaluate(f"(e) => e === {FOCUSED}"), "the focus is on the message", page=page)
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for me").click()
    row.wait_for(state="detached")
    neighbour = page.locator("li.message", has_text="Second")
    eventually(lambda: neighbour.evaluate(f"(e) => e === {FOCUSED}"), "the focus is on the next", page=page)


@covers("S2.60")
def focus_follows_on_phones(stage):
    """On a phone the focus goes into the conversation that one opens, and back to its row."""
    teams(stage, 3)
    page = stage.sign_in("dr-lindqvist", "/chat", viewport=PHONE)
    conversation(page, "Team 1").click()
    page.locator("li.message").wait_for()
    focus_is(page, ".window-place", "the focus is in the conversation")
    page.get_by_role("link", name="Back to the list").click()
    focus_is(page, ".conversation", "the focus is on a row")
    assert "Team 1" in page.evaluate(f"{FOCUSED}.textContent")


@covers("S2.60", "S2.61")
def focus_moves_with_its_row(stage):
    """A row that has the focus keeps it when it moves, is drawn anew, or is scrolled out of view."""
    ids = teams(stage, 30)
    page = stage.sign_in("dr-lindqvist", "/chat")
    conversation(page, "Team 25").focus()
    stage.clinic.send("dr-haddad", ids[25], "Something new")
    first = page.locator(".windowed-row").first
    first.get_by_text("Something new").wait_for()
    assert "Team 25" in page.evaluate(f"{FOCUSED}.textContent")
    page.evaluate("document.querySelector('.sidebar-scroller').scrollTop = 1e6")
    conversation(page, "Team 0").wait_for()
    assert "Team 25" in page.evaluate(f"{FOCUSED}.textContent")


@covers("S2.60", "S2.61")
def tab_through_the_list(stage):
    """Tab goes from row to row beyond those that are in the document at first."""
    teams(stage, 30)
    page = stage.sign_in("dr-lindqvist", "/chat")
    conversation(page, "Team 29").focus()
    for number in range(28, 4, -1):
        page.keyboard.press("Tab")
        name = page.evaluate(f"{FOCUSED}.querySelector('.conversation-name')?.textContent")
        assert name == f"Team {number}", (name, number)


@covers("S2.60")
def skip_link(stage):
    """The skip link leads past the navigation and the list, into the conversation."""
    [id] = teams(stage, 1)
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "Hello")
    page.get_by_role("link", name="Skip to the conversation").focus()
    page.keyboard.press("Enter")
    focus_is(page, ".window-place", "the focus is in the conversation")
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.querySelector('chat-window').contains({FOCUSED})")
    stage.clinic.assign()
    patient = stage.sign_in("amara")
    patient.get_by_role("heading", name="Dr. Eva Lindqvist").wait_for()
    patient.get_by_role("link", name="Skip to the conversation").focus()
    patient.keyboard.press("Enter")
    focus_is(patient, "dietitian-support", "the focus is in the conversation")


def focus_after_warning(stage):
    """Who stays signed in goes on where they were."""
    id = stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    field = page.get_by_role("textbox", name="Message")
    field.focus()
    page.get_by_role("button", name="Stay signed in").click(timeout=30_000)
    focus_is(page, "textarea", "the focus is in the field")
    write(page, "Still here")
    shows(page, "Still here")


focus_after_warning.environment = {
    "WARDLINE_WEB_IDLE_SECONDS": "doctor=16",
    "WARDLINE_WEB_WARNING_SECONDS": "8",
}
covers("S2.60")(focus_after_warning)
