import urllib.parse

from people import conversation, shows, texts, wait_status, write
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


@covers("S1.10", "S2.67", "S2.72")
def first_message_is_not_lost(stage):
    """What a patient writes before there is a conversation is a draft like any other: it stays when
    somebody else is assigned and when the page is loaded anew; without a connection it waits, in order."""
    stage.clinic.assign()
    page = stage.sign_in("amara")
    field = page.get_by_role("textbox", name="Message")
    field.press_sequentially("May I eat")
    stage.clinic.add_user("dr-berg", "Dr. Ida Berg", "ROLE_DIETITIAN")
    stage.clinic.assign("amara", "dr-berg")
    page.get_by_role("heading", name="Dr. Ida Berg").wait_for()
    field.press_sequentially(" nuts?")
    assert field.input_value() == "May I eat nuts?"
    page.reload()
    eventually(lambda: field.input_value() == "May I eat nuts?", "the draft", page=page)
    page.context.set_offline(True)
    field.press("Enter")
    wait_status(page, "May I eat nuts?", "waiting")
    write(page, "Or figs?")
    wait_status(page, "Or figs?", "waiting")
    field.press_sequentially("And an")
    page.context.set_offline(False)
    wait_status(page, "Or figs?", "sent")
    assert texts(page) == ["May I eat nuts?", "Or figs?"]
    assert field.input_value() == "And an"
    assert field.evaluate("(one) => one === document.activeElement")


@covers("S2.72")
def first_answer_lost(stage):
    """The answer to the first message is lost: it is sent again under the same key, and is one message."""
    stage.clinic.assign()
    page = stage.sign_in("amara")
    keys = []

    def lose(route):
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            return route.abort()
        return route.continue_()

    page.route("**/api/chat/user/conversation/*/send", lose)
    write(page, "Only once")
    eventually(lambda: len(keys) >= 2, "a second try", page=page)
    wait_status(page, "Only once", "sent")
    assert len(set(keys)) == 1, keys
    assert texts(page) == ["Only once"]


@covers("S2.3", "S2.77")
def everybody_can_be_found(stage):
    """Whom one may write to is found behind the first page of people too, and chosen people stay so."""
    page = stage.people.page(stage.people.context())

    def people(route):
        # Three pages of two hundred, of which the last has who is looked for.
        number = int(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(route.request.url).query)).get("after", 0))
        data = [
            {"User_id": f"p{one}", "Display_name": f"Person {one:03}", "User_Type": "patient"}
            for one in range(number, number + 200)
        ]
        more = number < 400
        after = str(number + 200) if more else None
        route.fulfill(json={"data": data, "has_more": more, "after": after})

    page.route("**/api/users?*", people)
    stage.people.sign_in("dr-haddad", page=page)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("checkbox", name="Person 003").check()
    search = page.get_by_label("Search people")
    search.fill("Person 599")
    page.get_by_role("checkbox", name="Person 599").check()
    search.fill("nobody of that name")
    page.get_by_text("Nobody found.").wait_for()
    search.fill("")
    assert page.get_by_role("checkbox", name="Person 003").is_checked()
    rows = page.locator(".people label")
    eventually(lambda: rows.count() == 100, "the first hundred", page=page)

    def scrolled():
        page.locator(".people").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
        return rows.count() == 600

    eventually(scrolled, "all of them", page=page)
