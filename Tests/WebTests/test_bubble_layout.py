from people import shows
from pictures import png, upload
from suite import covers, eventually
from test_bubbles import act, pair


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
