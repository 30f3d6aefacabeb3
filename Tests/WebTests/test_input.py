from people import conversation, shows, texts, write
from suite import covers, eventually


def field(page):
    return page.get_by_role("textbox", name="Message")


@covers("S2.67")
def enter_and_new_line(stage):
    """Enter sends, Shift+Enter breaks the line and grows the field, blanks are not sent."""
    id = stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("amara", f"/chat/{id}")
    send = page.get_by_role("button", name="Send")
    assert send.is_disabled()
    height = field(page).bounding_box()["height"]
    field(page).fill("one")
    field(page).press("Shift+Enter")
    field(page).press_sequentially("two")
    assert field(page).bounding_box()["height"] > height
    field(page).press("Enter")
    shows(page, "two")
    assert field(page).input_value() == ""
    field(page).fill("   ")
    field(page).press("Enter")
    assert texts(page) == ["one\ntwo"]


@covers("S2.67")
def draft_is_kept(stage):
    """What is not sent stays when one goes elsewhere, and when the page is loaded anew."""
    one = stage.clinic.group("dr-haddad", ["dr-lindqvist"], "One")
    two = stage.clinic.group("dr-haddad", ["dr-lindqvist"], "Two")
    page = stage.sign_in("dr-haddad", f"/chat/{one}")
    field(page).fill("not finished yet")
    conversation(page, "Two").click()
    page.get_by_role("heading", name="Two").wait_for()
    assert field(page).input_value() == ""
    conversation(page, "One").click()
    eventually(lambda: field(page).input_value() == "not finished yet", "the draft", page=page)
    page.reload()
    eventually(lambda: field(page).input_value() == "not finished yet", "the draft again", page=page)
    write(page, "finished")
    shows(page, "finished")
    page.reload()
    shows(page, "finished")
    assert field(page).input_value() == ""


@covers("S2.67", "S2.31")
def closed_conversation(stage):
    """In a closed conversation one reads and does not write, from the moment on that it is closed."""
    id = stage.clinic.group("dr-haddad", ["dr-lindqvist"], "Finished case")
    stage.clinic.send("dr-haddad", id, "All done")
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "All done")
    assert field(page).is_enabled()
    stage.clinic.post("dr-haddad", f"/api/conversations/{id}/close")
    page.get_by_text("This conversation is closed.").wait_for()
    assert field(page).count() == 0
    stage.clinic.post("dr-haddad", f"/api/conversations/{id}/reopen")
    field(page).wait_for()


@covers("S2.67")
def too_long(stage):
    """A text beyond the limit is not sent, and the limit's number is said."""
    id = stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("amara", f"/chat/{id}")
    field(page).fill("é" * 9000)
    field(page).press("Enter")
    page.get_by_text("18000 of at most 16384 bytes").wait_for()
    assert texts(page) == []


def begin_edit(page, text):
    row = page.locator("li.message", has_text=text)
    row.hover()
    row.get_by_role("button", name="Edit").click()


@covers("S2.68", "S2.67")
def edit_on_a_slow_link(stage):
    """An edit is saved once however often one presses Enter, and what one types meanwhile stays."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", id, "Frist")
    page = stage.sign_in("amara", f"/chat/{id}")
    held = []
    page.route("**/messages/*", lambda route: held.append(route) if route.request.method == "PATCH" else route.continue_())
    begin_edit(page, "Frist")
    field(page).fill("First")
    field(page).press("Enter")
    field(page).press("Enter")
    eventually(lambda: held, "it is being saved", page=page)
    field(page).press_sequentially(" and more")
    held[0].continue_()
    page.locator("li.message .bubble-text", has_text="First").wait_for()
    eventually(lambda: field(page).input_value() == " and more", "what was typed meanwhile", page=page)
    assert len(held) == 1, held
    assert page.get_by_text("was changed elsewhere").count() == 0


@covers("S2.68", "S2.67")
def unfinished_edit(stage):
    """An edit that is not finished is there when one comes back, and a reply is not made of it."""
    one = stage.clinic.group("dr-haddad", ["dr-lindqvist"], "One")
    stage.clinic.group("dr-haddad", ["dr-lindqvist"], "Two")
    stage.clinic.send("dr-haddad", one, "Original")
    page = stage.sign_in("dr-haddad", f"/chat/{one}")
    field(page).fill("A draft")
    begin_edit(page, "Original")
    field(page).fill("Half edited")
    conversation(page, "Two").click()
    page.get_by_role("heading", name="Two").wait_for()
    conversation(page, "One").click()
    eventually(lambda: field(page).input_value() == "Half edited", "the edit", page=page)
    page.get_by_text("Edit your message").wait_for()
    row = page.locator("li.message", has_text="Original")
    row.hover()
    row.get_by_role("button", name="Reply").click()
    page.get_by_text("Reply to").wait_for()
    assert field(page).input_value() == "A draft"
