import urllib.parse

from people import conversation, shows, texts, write
from suite import covers, eventually


@covers("S1.10", "S1.12")
def patient_and_dietitian_talk(stage):
    """A patient opens Dietitian Support, sees the dietitian, sends, and sees the reply live."""
    stage.clinic.assign()
    patient = stage.sign_in("amara")
    assert patient.url.endswith("/dietitian-support")
    patient.get_by_role("heading", name="Dr. Eva Lindqvist").wait_for()
    write(patient, "May I eat walnuts?")
    shows(patient, "May I eat walnuts?")
    dietitian = stage.sign_in("dr-lindqvist")
    conversation(dietitian, "Amara Okafor").click()
    shows(dietitian, "May I eat walnuts?")
    write(dietitian, "A handful a day is fine.")
    shows(patient, "A handful a day is fine.")


@covers("S1.11")
def link_by_role(stage):
    """The sidebar has Dietitian Support for a patient, leading to its route, and not for staff."""
    stage.clinic.assign()
    patient = stage.sign_in("amara", "/chat")
    link = patient.get_by_role("link", name="Dietitian Support")
    link.click()
    patient.wait_for_url("**/dietitian-support")
    assert link.get_attribute("aria-current") == "page"
    staff = stage.sign_in("dr-lindqvist")
    assert staff.get_by_role("link", name="Dietitian Support").count() == 0


@covers("S1.12")
def deep_link_and_strangers(stage):
    """/dietitian-support loads after signing in; staff and paths that are no place lead home."""
    stage.clinic.support("Hello")
    patient = stage.sign_in("amara", "/dietitian-support")
    shows(patient, "Hello")
    staff = stage.sign_in("dr-haddad", "/dietitian-support")
    staff.wait_for_url("**/chat")
    stranger = stage.people.page(stage.people.context())
    stranger.goto("/dietitian-support")
    stranger.get_by_role("heading", name="Sign in").wait_for()


@covers("S1.10")
def nobody_assigned(stage):
    """A patient without a dietitian is told so, and sees the dietitian once one is assigned."""
    patient = stage.sign_in("noah")
    patient.get_by_text("No dietitian yet").wait_for()
    stage.clinic.assign("noah")
    patient.get_by_role("heading", name="Dr. Eva Lindqvist").wait_for()
    write(patient, "Glad to meet you")
    shows(patient, "Glad to meet you")


@covers("S1.14", "S1.15", "S1.16")
def staff_messages(stage):
    """A doctor has the link Messages, opens a deep link, replies, and the patient sees it live."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", id, "Are my results back?")
    doctor = stage.sign_in("dr-haddad", f"/chat/{id}")
    shows(doctor, "Are my results back?")
    link = doctor.get_by_role("link", name="Messages")
    assert link.get_attribute("aria-current") == "page"
    patient = stage.sign_in("amara", f"/chat/{id}")
    shows(patient, "Are my results back?")
    write(doctor, "They are, and they look good.")
    shows(patient, "They are, and they look good.")
    assert texts(patient)[-1] == "They are, and they look good."


@covers("S1.13", "S2.76")
def no_mock_data(stage):
    """Everything on the page came from the server: an empty clinic shows no conversation."""
    doctor = stage.sign_in("dr-haddad")
    doctor.get_by_text("No conversations yet").wait_for()
    assert doctor.locator(".conversation").count() == 0


@covers("S2.3")
def begin_a_conversation(stage):
    """Staff chooses a person and begins to write; the other's list shows it at once."""
    doctor = stage.sign_in("dr-haddad")
    patient = stage.sign_in("amara", "/chat")
    doctor.get_by_role("button", name="New conversation").click()
    doctor.get_by_label("Search people").fill("amara")
    doctor.get_by_role("checkbox").check()
    doctor.get_by_role("button", name="Begin").click()
    doctor.wait_for_url("**/chat/*")
    write(doctor, "Welcome to the clinic")
    conversation(patient, "Dr. Samir Haddad").wait_for()


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
