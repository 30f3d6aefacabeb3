from people import shows, status_of, wait_status, write
from suite import covers, eventually


@covers("S2.73", "S2.74", "S2.75", "S2.80", "S2.90", "S2.9", "S2.10", "S2.11")
def four_states_in_order(stage):
    """Sending, sent, delivered, read: the sender sees each in its order, in shape and in words."""
    id = stage.clinic.direct("dr-haddad", "amara")
    patient = stage.sign_in("amara", f"/chat/{id}")
    patient.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const rows = [...document.querySelectorAll('li.message')];
            const row = rows.find((one) => one.textContent.includes('Follow me'));
            const kind = row?.querySelector('message-status')?.dataset.kind;
            if (kind && window.seen.at(-1) !== kind) window.seen.push(kind);
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }"""
    )
    write(patient, "Follow me")
    wait_status(patient, "Follow me", "sent")
    doctor = stage.sign_in("dr-haddad", "/chat")
    wait_status(patient, "Follow me", "delivered")
    doctor.locator(".conversation", has_text="Amara Okafor").click()
    shows(doctor, "Follow me")
    wait_status(patient, "Follow me", "read")
    seen = patient.evaluate("window.seen")
    assert seen == ["sending", "sent", "delivered", "read"], seen
    row = patient.locator("li.message", has_text="Follow me")
    assert row.locator(".status-button").inner_text().strip() == "Read"


@covers("S2.75", "S1.32")
def who_and_when(stage):
    """On hover, and on focus by the keyboard, the status says who has read it and when."""
    id = stage.clinic.group("dr-lindqvist", ["dr-haddad", "mei-tanaka"], "Team")
    sent = stage.clinic.send("dr-lindqvist", id, "Meeting at nine")
    stage.clinic.put("dr-haddad", f"/api/conversations/{id}/read", {})
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "Meeting at nine")
    page.locator("message-status").hover()
    details = page.locator(".status-details")
    details.locator("li", has_text="Dr. Samir Haddad").get_by_text("read").wait_for()
    details.locator("li", has_text="Mei Tanaka").get_by_text("not delivered yet").wait_for()
    page.mouse.move(10, 10)
    details.wait_for(state="detached")
    page.locator(".message-scroller").focus()
    page.keyboard.press("ArrowUp")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.status-button')"):
            break
    details.locator("li", has_text="Dr. Samir Haddad").wait_for()
    page.keyboard.press("Escape")
    details.wait_for(state="detached")


@covers("S2.74")
def group_counts(stage):
    """In a group a message is delivered when all have it; until then the number says how many."""
    id = stage.clinic.group("dr-lindqvist", ["dr-haddad", "mei-tanaka"], "Team")
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    write(page, "Who has it?")
    wait_status(page, "Who has it?", "sent")
    stage.clinic.put("dr-haddad", f"/api/conversations/{id}/delivered", {})
    page.locator("message-status", has_text="delivered to 1 of 2").wait_for()
    assert status_of(page, "Who has it?") == "sent"
    stage.clinic.put("mei-tanaka", f"/api/conversations/{id}/delivered", {})
    wait_status(page, "Who has it?", "delivered")


@covers("S2.72", "S2.90")
def refused_is_failed(stage):
    """What the server refuses is marked as failed, with the reason, and can be sent again or dropped."""
    id = stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("amara", f"/chat/{id}")
    refusal = '{"status": 403, "code": "PERMISSION_DENIED", "detail": "not now"}'
    page.route(
        "**/messages",
        lambda route: route.fulfill(status=403, content_type="application/problem+json", body=refusal),
    )
    write(page, "Will it arrive?")
    wait_status(page, "Will it arrive?", "failed")
    page.get_by_text("Not sent. Not now.").wait_for()
    page.unroute("**/messages")
    page.get_by_role("button", name="Try again").click()
    wait_status(page, "Will it arrive?", "sent")
    page.route("**/messages", lambda route: route.fulfill(status=403, content_type="application/problem+json", body=refusal))
    write(page, "Never mind")
    page.get_by_role("button", name="Discard").click()
    page.locator("li.message", has_text="Never mind").wait_for(state="detached")


@covers("S2.75", "S2.60")
def details_can_be_reached(stage):
    """The details of a status cover neither their message nor its buttons, stay while the pointer goes
    to them, and Escape ends them wherever the focus is."""
    id = stage.clinic.group("dr-lindqvist", ["dr-haddad", "mei-tanaka"], "Team")
    stage.clinic.send("dr-lindqvist", id, "Meeting at nine")
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "Meeting at nine")
    page.get_by_role("textbox", name="Message").focus()
    page.locator("message-status").hover()
    details = page.locator(".status-details")
    details.locator("li", has_text="Mei Tanaka").wait_for()
    box = details.bounding_box()
    for part in (".bubble", ".bubble-actions"):
        other = page.locator(part).bounding_box()
        assert box["y"] >= other["y"] + other["height"] or box["y"] + box["height"] <= other["y"], (part, box, other)
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2, steps=12)
    eventually(lambda: details.evaluate("(e) => e.matches(':hover')"), "the pointer is on the details", page=page)
    page.screenshot(path=stage.artefacts / "status-details.png")
    page.keyboard.press("Escape")
    details.wait_for(state="detached")
