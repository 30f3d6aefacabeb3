import urllib.parse

from people import last_bubble, shows, texts, write
from pictures import pdf, png, upload
from suite import covers, eventually


def pair(stage):
    """A doctor and a patient, both looking at their conversation."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", id, "Good morning")
    return id, stage.sign_in("dr-haddad", f"/chat/{id}"), stage.sign_in("amara", f"/chat/{id}")


def act(page, text, button):
    """Presses one of the buttons that a message has under the pointer."""
    row = page.locator("li.message", has_text=text).last
    row.hover()
    row.get_by_role("button", name=button, exact=True).click()


@covers("S2.69")
def every_type(stage):
    """Text, image, file, system and deleted messages each have their look."""
    id = stage.clinic.support("Hello")
    picture = upload(stage.clinic, "amara", "meal.png", "image/png", png())
    stage.clinic.send("amara", id, "", Message_Type="image", Attachment_id=picture)
    plan = upload(stage.clinic, "amara", "plan.pdf", "application/pdf", pdf())
    stage.clinic.send("amara", id, "plan.pdf", Message_Type="file", Attachment_id=plan)
    gone = stage.clinic.send("amara", id, "A slip of the finger")
    stage.clinic.call("amara", "DELETE", f"/messages/{gone['Message_id']}?scope=all")
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "Hello")
    image = page.locator(".bubble-picture")
    eventually(lambda: image.evaluate("(e) => e.naturalWidth") > 0, "the picture", page=page)
    assert page.get_by_role("img", name="meal.png").count() == 1
    page.locator(".bubble-file", has_text="plan.pdf").get_by_text("PDF · 20 kB").wait_for()
    page.get_by_text("This message was deleted.").wait_for()
    assert page.get_by_text("A slip of the finger").count() == 0


@covers("S2.69", "S2.64", "S2.76")
def calls(stage):
    """The record of a call has its sign and its words, in the bubble and in the list."""
    id = stage.clinic.group("clinic-admin", ["dr-haddad", "mei-tanaka"], "Ward round")
    stage.clinic.send("clinic-admin", id, "Video call, 12 minutes", Message_Type="call")
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    record = page.locator("message-bubble.is-call", has_text="Video call, 12 minutes")
    record.locator("svg").wait_for()
    page.locator(".conversation-preview", has_text="Video call, 12 minutes").wait_for()
    page.screenshot(path=stage.artefacts / "call.png")


@covers("S2.69", "S1.33")
def system_messages(stage):
    """What the system says stands in the middle and is nobody's bubble."""
    id = stage.clinic.support("Hello")
    page = stage.sign_in("amara")
    shows(page, "Hello")
    body = {"Patient_id": "amara", "To_Professional_id": "dr-berg", "Note": "On leave"}
    stage.clinic.add_user("dr-berg", "Dr. Ulla Berg", "ROLE_DIETITIAN")
    stage.clinic.post("dr-lindqvist", "/api/care-team/hand-over", body)
    page.locator("message-bubble.is-system", has_text="On leave").wait_for()
    page.get_by_role("heading", name="Dr. Ulla Berg").wait_for()


@covers("S2.7")
def any_text(stage):
    """Right-to-left, emoji, lines and markup are shown as they were written, as text."""
    id, doctor, patient = pair(stage)
    for text in ["شكراً جزيلاً", "👩🏽‍⚕️ ✅", "<b>bold</b> & <script>alert(1)</script>"]:
        write(patient, text)
        shows(doctor, text)
    field = patient.get_by_role("textbox", name="Message")
    field.fill("first line")
    field.press("Shift+Enter")
    field.press_sequentially("second line")
    field.press("Enter")
    shows(doctor, "second line")
    assert texts(doctor)[-1] == "first line\nsecond line"
    arabic = doctor.locator(".bubble-text", has_text="شكراً")
    assert arabic.evaluate("(e) => getComputedStyle(e).direction") == "rtl"


@covers("S2.86")
def replies(stage):
    """A reply shows what it answers and leads there; the preview survives the deletion."""
    id, doctor, patient = pair(stage)
    act(doctor, "Good morning", "Reply")
    doctor.locator(".input-context", has_text="Amara Okafor").wait_for()
    write(doctor, "Good morning to you")
    quote = patient.locator(".quote", has_text="Good morning")
    quote.wait_for()
    quote.click()
    patient.locator("li.is-highlighted", has_text="Good morning").wait_for()


@covers("S2.85")
def reactions(stage):
    """A reaction is given and taken back, and both see the count live."""
    id, doctor, patient = pair(stage)
    act(doctor, "Good morning", "React")
    doctor.get_by_role("button", name="React with 👍").click()
    chip = patient.locator(".reaction", has_text="👍")
    chip.wait_for()
    assert "Dr. Samir Haddad" in chip.get_attribute("title")
    chip.click()
    doctor.locator(".reaction", has_text="2").wait_for()
    chip.click()
    doctor.locator(".reaction", has_text="1").wait_for()


@covers("S2.57")
def edit(stage):
    """An own message is edited in place; the other sees the new text and that it was edited."""
    id, doctor, patient = pair(stage)
    write(patient, "I took two tabelts")
    shows(doctor, "I took two tabelts")
    act(patient, "two tabelts", "Edit")
    write(patient, "I took two tablets")
    shows(doctor, "I took two tablets")
    doctor.locator("li.message", has_text="two tablets").get_by_text("edited").wait_for()
    assert doctor.locator("li.message, .conversation", has_text="tabelts").count() == 0


@covers("S2.59")
def delete(stage):
    """Deleted for everyone leaves a note for both; deleted for oneself the other keeps it."""
    id, doctor, patient = pair(stage)
    write(patient, "Wrong window")
    shows(doctor, "Wrong window")
    act(patient, "Wrong window", "Delete")
    patient.get_by_role("button", name="Delete for everyone").click()
    doctor.get_by_text("This message was deleted.").wait_for()
    assert doctor.locator("li.message", has_text="Wrong window").count() == 0
    act(doctor, "Good morning", "Delete")
    doctor.get_by_role("button", name="Delete for me").click()
    doctor.locator("li.message", has_text="Good morning").wait_for(state="detached")
    shows(patient, "Good morning")


@covers("S2.81")
def group_with_names(stage):
    """In a group each message has its author's name, and the header the number of members."""
    id = stage.clinic.group("dr-lindqvist", ["dr-haddad", "mei-tanaka"], "Ward round")
    stage.clinic.send("mei-tanaka", id, "From the pharmacy")
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "From the pharmacy")
    assert last_bubble(page).locator(".bubble-author").inner_text() == "Mei Tanaka"
    page.locator(".window-title", has_text="3 members").wait_for()


def box_of(page, selector):
    return page.locator(selector).last.bounding_box()


def overlap(one, other):
    return all(one[at] < other[at] + other[size] and other[at] < one[at] + one[size] for at, size in (("x", "width"), ("y", "height")))


@covers("S2.60", "S2.86")
def buttons_within_reach(stage):
    """The buttons of a message stand beside it and over no message, in view however tall it is."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", id, "A short one")
    stage.clinic.send("dr-haddad", id, "Mine, and long enough to fill the whole width of the window, twice. " * 3)
    stage.clinic.send("amara", id, "line\n" * 90 + "the end")
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    shows(page, "the end")
    page.get_by_text("the end").scroll_into_view_if_needed()
    tall = page.locator("li.message", has_text="the end").bounding_box()
    page.mouse.move(tall["x"] + 60, 600)
    buttons = box_of(page, ".bubble-actions")
    view = box_of(page, ".message-scroller")
    assert view["y"] <= buttons["y"] <= view["y"] + view["height"] - buttons["height"], (buttons, view)
    page.evaluate("document.querySelector('.message-scroller').scrollTop = 0")
    for text in ("A short one", "Mine, and long"):
        row = page.locator("li.message", has_text=text)
        row.hover()
        buttons = row.locator(".bubble-actions").bounding_box()
        assert view["y"] <= buttons["y"], (buttons, view)
        for number in range(3):
            assert not overlap(buttons, page.locator(".bubble").nth(number).bounding_box()), (text, number)
        page.screenshot(path=stage.artefacts / f"buttons-{text[:4]}.png")


@covers("S2.60", "S2.85")
def toolbars_by_arrow_keys(stage):
    """Arrow keys lead through the buttons of a message and through the reactions."""
    id, doctor, _ = pair(stage)
    act(doctor, "Good morning", "React")
    name = "document.activeElement.getAttribute('aria-label')"
    doctor.keyboard.press("ArrowRight")
    assert doctor.evaluate(name) == "React with ❤️", doctor.evaluate(name)
    doctor.keyboard.press("End")
    assert doctor.evaluate(name) == "React with 👀"
    doctor.screenshot(path=stage.artefacts / "reaction-chooser.png")
    doctor.keyboard.press("Escape")
    doctor.get_by_role("button", name="React", exact=True).focus()
    doctor.keyboard.press("ArrowLeft")
    assert doctor.evaluate(name) == "Delete"


@covers("S2.69")
def pictures_in_their_shape(stage):
    """A picture is shown whole and in its own shape; small ones are not blown up, and nothing moves that
    one reads while they come."""
    id = stage.clinic.direct("dr-haddad", "amara")
    for name, width, height in (("tall", 200, 1200), ("wide", 1200, 300), ("small", 60, 40)):
        picture = upload(stage.clinic, "amara", f"{name}.png", "image/png", png(width, height))
        stage.clinic.send("amara", id, "", Message_Type="image", Attachment_id=picture)
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    for name, shape in (("tall", 200 / 1200), ("wide", 4), ("small", 1.5)):
        image = page.get_by_role("img", name=f"{name}.png")
        image.wait_for()
        eventually(lambda: image.evaluate("(e) => e.complete && !e.matches('.is-pending')"), "it is there", page=page)
        box = image.bounding_box()
        assert abs(box["width"] / box["height"] / shape - 1) < 0.05, (name, box)
        assert box["width"] <= 290 and box["height"] <= 322, (name, box)
    assert box["width"] <= 61, box
    page.screenshot(path=stage.artefacts / "pictures.png")


@covers("S2.69", "S1.36b")
def time_on_the_last_line(stage):
    """A message of one line is one line high: time and status stand on it."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", id, "Good morning")
    stage.clinic.send("dr-haddad", id, "And to you")
    stage.clinic.send("amara", id, "شكراً جزيلاً")
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    for text in ("Good morning", "And to you", "شكراً جزيلاً"):
        shows(page, text)
        row = page.locator("li.message", has_text=text)
        assert row.locator(".bubble").bounding_box()["height"] <= 42, row.locator(".bubble").bounding_box()
        time, words = (row.locator(part).bounding_box() for part in ("time", ".bubble-text"))
        assert abs(time["y"] + time["height"] / 2 - words["y"] - words["height"] / 2) < 8, (time, words)
