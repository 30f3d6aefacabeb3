import urllib.parse

from kept import wait_loaded
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


# All texts that the browser keeps of messages.
KEPT = """async (user) => {
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open(`wardline-${user}`);
    opening.onsuccess = () => resolve(opening.result);
  });
  const asked = database.transaction("messages").objectStore("messages").getAll();
  await new Promise((resolve) => { asked.onsuccess = resolve; });
  database.close();
  return JSON.stringify(asked.result);
}"""


@covers("S2.68", "S2.69")
def deleted_words_are_gone(stage):
    """The words of a message that was deleted, for everyone or for oneself, and the old ones of one that
    was edited, are nowhere on the page any more: not in replies, in what was found, or on the disk."""
    id = stage.clinic.group("dr-haddad", ["amara", "mei-tanaka"], "Team")
    slip = stage.clinic.send("mei-tanaka", id, "A secret about walnuts")
    edited = stage.clinic.send("mei-tanaka", id, "Walnuts at noon")
    hidden = stage.clinic.send("mei-tanaka", id, "Almonds too")
    for one, text in [(slip, "Please delete that"), (edited, "Not in the evening?")]:
        stage.clinic.send("amara", id, text, Reply_to=one["Message_id"])
    pages = [stage.sign_in("dr-haddad", f"/chat/{id}"), stage.sign_in("amara", f"/chat/{id}")]
    for page in pages:
        shows(page, "Not in the evening?")
        page.get_by_role("searchbox").fill("walnuts")
        eventually(lambda: page.locator(".found-message").count() == 2, "both are found", page=page)
    wait_loaded(pages[0], "dr-haddad")
    pages[0].goto("/chat")
    pages[0].get_by_role("searchbox").fill("walnuts")
    eventually(lambda: pages[0].locator(".found-message").count() == 2, "found again", page=pages[0])
    stage.clinic.call("mei-tanaka", "DELETE", f"/messages/{slip['Message_id']}?scope=all")
    path = f"/messages/{edited['Message_id']}"
    stage.clinic.call("mei-tanaka", "PATCH", path, {"Content": "Figs at noon"}, headers={"If-Match": '"1"'})
    stage.clinic.call("dr-haddad", "DELETE", f"/messages/{hidden['Message_id']}?scope=me")
    pages[1].locator(".quote", has_text="This message was deleted.").wait_for()
    pages[1].locator(".quote", has_text="Figs at noon").wait_for()
    for page in pages:
        page.locator(".found-message", has_text="Figs at noon").wait_for()
        assert page.locator(".found-message").count() == 1
        said = page.evaluate("document.body.textContent")
        assert "secret" not in said and "Walnuts" not in said, said

    def is_gone():
        kept = pages[0].evaluate(KEPT, "dr-haddad")
        gone = ["secret", "Walnuts at noon", "Almonds"]
        return not any(words in kept for words in gone) and "Figs at noon" in kept

    eventually(is_gone, "nothing is kept of it", page=pages[0])
