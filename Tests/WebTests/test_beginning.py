import urllib.parse

from people import shows
from suite import covers, eventually


@covers("S2.3")
def begin_with_anybody(stage):
    """Among more people than one page of the server holds, everybody is found by name and by scrolling."""
    page = stage.people.page(stage.people.context())
    # As a clinic of 900 would answer: the last page is the server's own.
    page.route("**/api/users?*", crowded)
    stage.people.sign_in("dr-haddad", "/chat", page=page)
    page.get_by_role("button", name="New conversation").click()
    assert page.evaluate("document.activeElement.type") == "search"
    page.locator(".person", has_text="Person 5").first.wait_for()
    rows = page.locator(".person")
    before = rows.count()
    assert before == 100, before
    page.locator(".people").evaluate("(e) => { e.scrollTop = e.scrollHeight; }")
    eventually(lambda: rows.count() > before, "more as one scrolls", page=page)
    page.get_by_label("Search people").fill("okafor")
    page.get_by_role("checkbox", name="Amara Okafor").check()
    page.get_by_label("Search people").fill("Nobody of that name")
    page.get_by_text("Nobody found.").wait_for()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("heading", name="Amara Okafor").wait_for()


def crowded(route):
    after = urllib.parse.parse_qs(urllib.parse.urlsplit(route.request.url).query).get("after", ["page0"])[0]
    number = int(after.removeprefix("page"))
    if number == 4:
        return route.continue_(url=route.request.url.split("?")[0] + "?limit=200")
    people = [
        {"User_id": f"p{number}-{index}", "Display_name": f"Person {number * 200 + index}", "User_Type": "nurse", "Is_Active": True}
        for index in range(200)
    ]
    route.fulfill(json={"data": people, "has_more": True, "after": f"page{number + 1}"})


@covers("S1.10", "S2.90")
def before_the_first_message(stage):
    """Before the first message a patient reads who the dietitian is, what not to write here, and begins
    with a question that is offered."""
    stage.clinic.assign()
    for size, scheme in (({"width": 1280, "height": 800}, "light"), ({"width": 390, "height": 780}, "dark")):
        page = stage.sign_in("amara", viewport=size, color_scheme=scheme)
        card = page.locator(".welcome-card")
        card.get_by_text("Your dietitian").wait_for()
        card.get_by_text("call your local emergency number").wait_for()
        page.screenshot(path=stage.artefacts / f"first-message-{scheme}.png")
    card.get_by_role("button", name="Which foods should I prefer").click()
    field = page.get_by_role("textbox", name="Message")
    assert field.input_value().startswith("Which foods")
    field.press("Enter")
    shows(page, "Which foods should I prefer")
