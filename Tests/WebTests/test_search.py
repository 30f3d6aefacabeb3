from people import conversation, shows, texts
from suite import covers, eventually


def furnished(stage):
    """A conversation with a past, of which the 20th message is about walnuts; another of that name."""
    id = stage.clinic.direct("dr-lindqvist", "amara")
    for number in range(1, 131):
        text = "The walnuts made me cough all night" if number == 20 else f"Message {number}"
        stage.clinic.send("amara", id, text)
    stage.clinic.put("dr-lindqvist", f"/api/conversations/{id}/read", {})
    stage.clinic.group("dr-lindqvist", ["dr-haddad"], "Walnuts and figs")
    return id


def is_in_view(page, text):
    """Whether the bubble with that text is within what one sees of the messages."""
    view = page.locator(".message-scroller").bounding_box()
    box = page.locator("li.message", has_text=text).last.bounding_box()
    return box and view["y"] <= box["y"] and box["y"] + box["height"] <= view["y"] + view["height"]


@covers("S2.62", "S2.78")
def messages_are_found(stage):
    """The search shows conversations and messages, with who and when and the words marked; choosing a
    message opens its conversation there, with what came before and after."""
    furnished(stage)
    page = stage.sign_in("dr-lindqvist", "/chat")
    page.get_by_role("searchbox").press_sequentially("walnut")
    conversation(page, "Walnuts and figs").wait_for()
    hit = page.get_by_role("list", name="Messages").get_by_role("link")
    hit.get_by_text("The walnuts made me cough").wait_for()
    assert hit.locator(".conversation-name").inner_text() == "Amara Okafor"
    assert hit.locator("mark").all_inner_texts() == ["walnuts"]
    assert hit.locator("time").inner_text()
    page.screenshot(path=stage.artefacts / "search.png")
    hit.click()
    found = page.locator("li.is-highlighted", has_text="The walnuts made me cough")
    found.wait_for()
    eventually(lambda: is_in_view(page, "The walnuts made me cough"), "the message is in view", page=page)
    shown = texts(page)
    assert "Message 19" in shown and "Message 21" in shown, shown
    page.get_by_role("button", name="Go to the newest message").click()
    shows(page, "Message 130")
    hit.click()
    eventually(lambda: is_in_view(page, "The walnuts made me cough"), "and again", page=page)


@covers("S2.62", "S2.60")
def messages_by_keyboard(stage):
    """The arrow keys lead from the search field through conversations and messages and back."""
    furnished(stage)
    page = stage.sign_in("dr-lindqvist", "/chat")
    field = page.get_by_role("searchbox")
    field.press_sequentially("walnut")
    page.locator(".found-message").wait_for()
    focused = "document.activeElement.className"
    field.press("ArrowDown")
    assert page.evaluate(focused).startswith("conversation")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "found-message"
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused).startswith("conversation")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "search-field"
    page.get_by_text("1 conversation and 1 message found").wait_for(state="attached")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("li.is-highlighted:focus", has_text="walnuts").wait_for()


@covers("S2.62", "S2.66")
def message_by_its_address(stage):
    """The address of a message that was found leads there again, on a phone too."""
    id = furnished(stage)
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}#20", viewport={"width": 390, "height": 780})
    page.locator("li.is-highlighted", has_text="The walnuts made me cough").wait_for()
    page.goto(f"/chat/{id}#20")
    page.reload()
    page.locator("li.is-highlighted", has_text="The walnuts made me cough").wait_for()


@covers("S2.62", "S2.76")
def search_without_the_server(stage):
    """Without the server the search goes through what is loaded, and says so."""
    furnished(stage)
    page = stage.sign_in("dr-lindqvist", "/chat")
    conversation(page, "Walnuts and figs").wait_for()
    stage.clinic.kill()
    page.get_by_role("searchbox").fill("figs")
    page.get_by_text("Only what is loaded could be searched").wait_for()
    conversation(page, "Walnuts and figs").wait_for()


@covers("S2.62", "S2.78")
def late_answers_undo_nothing(stage):
    """The newest page comes late, when the message that was found is shown already: it stays; and what
    arrives while a page is on its way is not lost."""
    furnished(stage)
    page = stage.sign_in("dr-lindqvist", "/chat")
    held = []

    def hold(route):
        is_newest = "before=" not in route.request.url and "after=" not in route.request.url
        if is_newest and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/messages/conversation/*", hold)
    page.get_by_role("searchbox").press_sequentially("walnut")
    page.locator(".found-message").click()
    page.locator("li.is-highlighted", has_text="The walnuts made me cough").wait_for()
    eventually(lambda: held, "the newest page was asked for", page=page)
    route, answer = held[0]
    with page.expect_response("**/messages/conversation/*"):
        route.fulfill(response=answer)
    page.get_by_role("button", name="Go to the newest message").wait_for()
    assert is_in_view(page, "The walnuts made me cough")
    held.clear()
    page.get_by_role("button", name="Go to the newest message").click()
    eventually(lambda: held, "and again", page=page)
    stage.clinic.send("amara", answer.json()["data"][0]["Conversation_id"], "Just now")
    page.locator(".to-latest[data-count='1']").wait_for()
    route, answer = held[0]
    route.fulfill(response=answer)
    shows(page, "Just now")
    assert texts(page)[-2:] == ["Message 130", "Just now"], texts(page)[-3:]


@covers("S2.62")
def message_that_is_not_there(stage):
    """An address beyond the newest message leads to the newest."""
    id = furnished(stage)
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}#999999")
    eventually(lambda: texts(page) and is_in_view(page, "Message 130"), "the newest", page=page)
