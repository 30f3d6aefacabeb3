from people import PHONE, shows
from pictures import pdf
from suite import covers, eventually
from test_attachments import choose


@covers("S2.68", "S2.90")
def many_files_leave_room(stage):
    """However many files are attached, the field stays in view, on a phone too."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("dr-haddad", id, "Show me your plans")
    page = stage.sign_in("amara", f"/chat/{id}", viewport={"width": 390, "height": 700})
    shows(page, "Show me your plans")
    choose(page, *((f"plan {number}.pdf", "application/pdf", pdf(100)) for number in range(14)))
    cards = page.locator(".attachment-card[data-state=done]")
    eventually(lambda: cards.count() == 14, "all are uploaded", page=page)
    for size in ({"width": 390, "height": 700}, {"width": 1280, "height": 600}):
        page.set_viewport_size(size)
        field = page.locator(".input-row").bounding_box()
        tray = page.locator(".attachment-tray").bounding_box()
        assert field["y"] + field["height"] <= size["height"], (size, field)
        assert tray["height"] <= 0.31 * size["height"], (size, tray)
        assert abs(tray["x"] - field["x"]) <= 1, (tray, field)
        page.screenshot(path=stage.artefacts / f"many-files-{size['width']}.png")


@covers("S1.12", "S2.90")
def back_from_nowhere(stage):
    """On a phone one gets back to the list from the address of a conversation that there is not."""
    page = stage.sign_in("dr-haddad", "/chat/nothing-of-the-kind", viewport=PHONE)
    page.get_by_text("There is no such conversation").wait_for()
    assert page.locator(".sensitive-toggle").is_hidden()
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("heading", name="Messages").last.wait_for()
    assert page.url.endswith("/chat")


@covers("S1.12")
def broken_addresses(stage):
    """An address with a percent sign that means nothing leads home."""
    page = stage.sign_in("dr-haddad", "/chat")
    for path in ("/chat/%zz", "/chat/%E0%A4%A", "/chat/%"):
        page.goto(path)
        page.get_by_role("heading", name="Messages").last.wait_for()
        assert page.url.endswith("/chat"), page.url


@covers("S2.90")
def dialog_in_a_low_window(stage):
    """At 400 % the people of a new conversation are there to be chosen, and all can be scrolled to."""
    page = stage.sign_in("dr-haddad", "/chat", viewport={"width": 320, "height": 256})
    page.get_by_role("button", name="New conversation").click()
    page.locator(".person").first.wait_for()
    assert page.locator(".dialog .people").bounding_box()["height"] >= 100
    page.get_by_role("checkbox", name="Amara Okafor").check()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/chat/*")


@covers("S2.90")
def no_navigation_over_the_keyboard(stage):
    """On a phone the navigation makes room while one writes; "Sign out" says so in words."""
    stage.clinic.support("Hello")
    page = stage.sign_in("amara", "/dietitian-support", viewport=PHONE, has_touch=True, is_mobile=True)
    shows(page, "Hello")
    navigation = page.get_by_role("navigation", name="Main")
    assert navigation.get_by_text("Sign out").bounding_box()["width"] > 20
    page.get_by_role("textbox", name="Message").tap()
    navigation.wait_for(state="hidden")
    page.get_by_role("textbox", name="Message").blur()
    navigation.wait_for()


@covers("S2.60", "S2.90")
def buttons_under_a_finger(stage):
    """A finger that taps a message gets its buttons, which cover nothing, and one that taps its status
    the details."""
    id = stage.clinic.support("Hello")
    stage.clinic.send("dr-lindqvist", id, "Good morning")
    page = stage.sign_in("amara", "/dietitian-support", viewport=PHONE, has_touch=True, is_mobile=True)
    shows(page, "Good morning")
    page.get_by_text("Good morning").tap()
    row = page.locator("li.message", has_text="Good morning")
    buttons = row.locator(".bubble-actions")
    buttons.wait_for()
    words = row.locator(".bubble-text").bounding_box()
    assert buttons.bounding_box()["y"] >= words["y"] + words["height"]
    page.screenshot(path=stage.artefacts / "buttons-touch.png")
    page.locator("message-status").tap()
    page.locator(".status-details li", has_text="Lindqvist").wait_for()
    page.get_by_text("Good morning").tap()
    page.locator(".status-details").wait_for(state="detached")


@covers("S2.90")
def forced_colours(stage):
    """In forced colours one sees which conversation is open and which place one is at."""
    id = stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("dr-haddad", f"/chat/{id}", forced_colors="active")
    row = page.locator(".conversation[aria-current]")
    row.wait_for()
    for chosen in (row, page.locator("main-navigation a[aria-current]")):
        assert chosen.evaluate("(e) => getComputedStyle(e).borderInlineStartWidth") == "4px"


@covers("S2.90", "S2.61")
def rows_follow_the_text_size(stage):
    """Rows of the list do not overlap when somebody makes the text larger while it is open."""
    for number in range(3):
        stage.clinic.group("dr-haddad", ["amara"], f"Team {number}")
    page = stage.sign_in("dr-haddad", "/chat")
    rows = page.locator(".windowed-row[data-key]")
    eventually(lambda: rows.count() == 3, "three rows", page=page)
    page.evaluate("document.documentElement.style.fontSize = '28px'")

    def apart():
        boxes = [rows.nth(number).bounding_box() for number in range(3)]
        return all(abs(one["y"] + one["height"] - other["y"]) <= 1 for one, other in zip(boxes, boxes[1:]))

    eventually(apart, "one row below the other", page=page)
