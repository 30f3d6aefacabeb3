from people import conversation, shows, write
from suite import covers, eventually


def names(page):
    return page.locator("chat-sidebar .windowed-row .conversation-name").all_inner_texts()


@covers("S2.60")
def list_for_keyboard_and_screen_reader(stage):
    """The list is a list of links with its length; arrow keys go through it and Enter opens."""
    for number in range(4):
        id = stage.clinic.group("dr-lindqvist", ["dr-haddad"], f"Team {number}")
        stage.clinic.send("dr-lindqvist", id, "Hello")
    page = stage.sign_in("dr-lindqvist")
    rows = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    eventually(lambda: rows.count() == 4, "four rows", page=page)
    assert rows.first.get_attribute("aria-setsize") == "4"
    page.get_by_role("searchbox", name="Search conversations and messages").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("document.activeElement.querySelector('.conversation-name').textContent")
    assert focused == "Team 2", focused
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Team 2").wait_for()


@covers("S2.61")
def order_moves_live(stage):
    """The list is sorted by activity; a message moves its conversation to the top."""
    first = stage.clinic.group("dr-lindqvist", ["dr-haddad"], "First")
    second = stage.clinic.group("dr-lindqvist", ["dr-haddad"], "Second")
    stage.clinic.send("dr-haddad", first, "one")
    stage.clinic.send("dr-haddad", second, "two")
    page = stage.sign_in("dr-lindqvist")
    eventually(lambda: names(page) == ["Second", "First"], "the newest first", page=page)
    stage.clinic.send("dr-haddad", first, "three")
    eventually(lambda: names(page) == ["First", "Second"], "First on top", page=page)


@covers("S2.62")
def search_as_one_types(stage):
    """The search filters as one types, asks the server, and finds without diacritics."""
    for title in ["Änderung des Plans", "Allergies", "Billing"]:
        stage.clinic.group("dr-lindqvist", ["dr-haddad"], title)
    page = stage.sign_in("dr-lindqvist")
    eventually(lambda: len(names(page)) == 3, "three rows", page=page)
    with page.expect_request("**/api/conversations/search*"):
        page.get_by_role("searchbox").press_sequentially("ander")
    eventually(lambda: names(page) == ["Änderung des Plans"], "the one that matches", page=page)
    page.get_by_role("searchbox").fill("nothing like this")
    page.get_by_text("Nothing matches.").wait_for()
    page.get_by_role("searchbox").press("Escape")
    eventually(lambda: len(names(page)) == 3, "all again", page=page)


@covers("S2.63")
def unread_badge(stage):
    """The badge counts live, in the list and in the navigation, and clears on opening."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", id, "one")
    page = stage.sign_in("dr-haddad")
    row = conversation(page, "Amara Okafor")
    row.locator(".badge", has_text="1 unread").wait_for()
    stage.clinic.send("amara", id, "two")
    row.locator(".badge", has_text="2 unread").wait_for()
    page.locator("main-navigation .badge", has_text="2 unread").wait_for()
    assert page.title().startswith("(2)")
    row.click()
    row.locator(".badge").wait_for(state="detached")
    eventually(
        lambda: stage.clinic.get("dr-haddad", f"/api/conversations/{id}")["Unread_count"] == 0,
        "the server knows that it was read",
        page=page,
    )


@covers("S2.64")
def preview_of_the_last_message(stage):
    """The preview shows text, what a file is, and that a message was deleted, in one line."""
    id = stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("dr-haddad")
    message = stage.clinic.send("amara", id, "A long text, " * 30)
    preview = conversation(page, "Amara Okafor").locator(".conversation-preview")
    preview.get_by_text("A long text").wait_for()
    box = preview.bounding_box()
    assert box["height"] < 30, box
    stage.clinic.call("amara", "DELETE", f"/messages/{message['Message_id']}?scope=all")
    preview.get_by_text("Message deleted").wait_for()


@covers("S2.64")
def preview_of_a_sensitive_conversation(stage):
    """Once staff call a conversation sensitive, no list shows or finds what is said in it."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", id, "About my diagnosis")
    patient = stage.sign_in("amara", "/chat")
    row = conversation(patient, "Samir Haddad")
    row.get_by_text("About my diagnosis").wait_for()
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    toggle = page.get_by_role("button", name="Sensitive: lists show no text")
    toggle.click()
    page.locator(".sensitive-toggle[aria-pressed=true]").wait_for()
    for each, name in [(page, "Amara Okafor"), (patient, "Samir Haddad")]:
        preview = conversation(each, name).locator(".conversation-preview")
        preview.get_by_text("Sensitive: open it to read").wait_for()
    stage.clinic.send("amara", id, "Another secret")
    shows(page, "Another secret")
    assert "secret" not in conversation(page, "Amara Okafor").inner_text()
    assert stage.clinic.get("amara", f"/api/conversations/{id}")["Preview"] == ""
    toggle.click()
    conversation(patient, "Samir Haddad").get_by_text("Another secret").wait_for()
    assert patient.get_by_role("button", name="Sensitive: lists show no text").count() == 0


@covers("S2.12")
def presence_dot(stage):
    """The dot beside a name says who is online, and goes when they do."""
    stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("dr-haddad")
    row = conversation(page, "Amara Okafor")
    row.locator(".presence-dot[data-state=offline]").wait_for(state="attached")
    patient = stage.sign_in("amara", "/chat")
    row.locator(".presence-dot[data-state=online]").wait_for()
    patient.context.close()
    stage.people.contexts.remove(patient.context)
    row.locator(".presence-dot[data-state=offline]").wait_for(state="attached", timeout=30_000)


@covers("S2.77", "S2.78")
def selecting_fetches_once(stage):
    """Choosing a conversation asks for one page; coming back to it asks for none."""
    for title in ["One", "Two"]:
        id = stage.clinic.group("dr-lindqvist", ["dr-haddad"], title)
        stage.clinic.send("dr-haddad", id, f"In {title}")
    page = stage.sign_in("dr-lindqvist")
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "/messages/conversation/" in one.url else None)
    conversation(page, "One").click()
    shows(page, "In One")
    assert len(asked) == 1, asked
    conversation(page, "Two").click()
    shows(page, "In Two")
    conversation(page, "One").click()
    shows(page, "In One")
    assert len(asked) == 2, asked


@covers("S2.63", "S2.77")
def conversation_behind_the_first_page(stage):
    """A conversation that is not among the newest fifty opens by its address, is chosen in the list, and
    counts as read; what is unread in those that are not loaded counts in the navigation."""
    old = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", old, "From long ago")
    older = stage.clinic.group("dr-haddad", ["mei-tanaka"], "Never opened")
    stage.clinic.send("mei-tanaka", older, "Still unread")
    for number in range(55):
        id = stage.clinic.group("dr-haddad", ["dr-lindqvist"], f"Team {number}")
        stage.clinic.send("dr-haddad", id, "Hello")
    page = stage.sign_in("dr-haddad")
    page.locator("main-navigation .badge", has_text="2 unread").wait_for()
    for _ in range(4):
        page.goto("/chat")
        page.goto(f"/chat/{old}")
        shows(page, "From long ago")
        eventually(lambda: page.evaluate("document.querySelector('app-shell').chat.isListLoaded"), "the list", page=page)
        loaded = f"document.querySelector('app-shell').chat.list.get('{old}') !== undefined"
        assert page.evaluate(loaded)
    page.locator(".sidebar-scroller").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    conversation(page, "Amara Okafor").and_(page.locator("[aria-current=page]")).wait_for()
    page.locator("main-navigation .badge", has_text="1 unread").wait_for()
    assert stage.clinic.get("dr-haddad", f"/api/conversations/{old}")["Unread_count"] == 0


@covers("S2.12", "S2.76")
def presence_after_a_loss(stage):
    """Who came while there was no connection is shown as online when it is back, also in conversations
    that are behind the first page."""
    stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("dr-haddad")
    row = conversation(page, "Amara Okafor")
    row.locator(".presence-dot[data-state=offline]").wait_for(state="attached")
    page.context.set_offline(True)
    page.get_by_text("You are offline.").wait_for()
    stage.sign_in("amara", "/chat")
    page.context.set_offline(False)
    row.locator(".presence-dot[data-state=online]").wait_for()
