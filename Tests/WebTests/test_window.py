from people import bubbles, shows, texts, write
from suite import covers, eventually


def filled(stage, count, reader="dr-lindqvist", writer="dr-haddad"):
    id = stage.clinic.group(reader, [writer], "History")
    for number in range(1, count + 1):
        stage.clinic.send(writer, id, f"Message {number}")
    return id


def read_all(stage, user, id):
    stage.clinic.put(user, f"/api/conversations/{id}/read", {})


SCROLLER = ".message-scroller"


@covers("S2.65", "S2.66", "S1.30")
def scrolling_up_keeps_its_place(stage):
    """The latest page is shown first; scrolling up loads older ones without a jump, gap or double."""
    id = filled(stage, 160)
    read_all(stage, "dr-lindqvist", id)
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "Message 160")
    assert "Message 60" not in texts(page)
    seen = set(texts(page))

    def top_of(text):
        found = page.locator("li.message", has_text=text).filter(has_text=text)
        return found.first.bounding_box()["y"]

    for _ in range(60):
        seen.update(texts(page))
        if "Message 1" in seen:
            break
        page.mouse.move(800, 400)
        page.mouse.wheel(0, -600)
        page.wait_for_timeout(60)
    assert seen >= {f"Message {number}" for number in range(1, 161)}
    shown = [int(text.split()[1]) for text in texts(page)]
    assert shown == list(range(shown[0], shown[0] + len(shown))), shown


@covers("S2.65")
def place_does_not_move(stage):
    """What one reads stays where it is while older messages are put above and new ones below."""
    id = filled(stage, 120)
    read_all(stage, "dr-lindqvist", id)
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "Message 120")
    page.evaluate(f"document.querySelector('{SCROLLER}').scrollTop -= 900")
    page.wait_for_timeout(400)
    text, before = page.evaluate(
        """() => {
          const top = document.querySelector('.message-scroller').getBoundingClientRect().top;
          const row = [...document.querySelectorAll('li.message')].find(
            (one) => one.getBoundingClientRect().top > top + 50);
          return [row.querySelector('.bubble-text').textContent, row.getBoundingClientRect().top];
        }"""
    )
    page.evaluate("document.querySelector('message-list').history.older()")
    stage.clinic.send("dr-haddad", id, "Something new below")
    page.locator(".to-latest[data-count='1']").wait_for()
    after = page.evaluate(
        """(text) => [...document.querySelectorAll('li.message')].find(
            (one) => one.querySelector('.bubble-text').textContent === text
          ).getBoundingClientRect().top""",
        text,
    )
    assert abs(after - before) <= 1, (before, after)
    page.locator(".to-latest").click()
    shows(page, "Something new below")


@covers("S2.65")
def jump_to_unread(stage):
    """Much that is unread: one click leads to the first of it, under a mark."""
    id = stage.clinic.group("dr-lindqvist", ["dr-haddad"], "Busy")
    stage.clinic.send("dr-haddad", id, "Read before")
    read_all(stage, "dr-lindqvist", id)
    for number in range(1, 121):
        stage.clinic.send("dr-haddad", id, f"Unread {number}")
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "Unread 120")
    page.get_by_role("button", name="Jump to the first of 120 unread messages").click()
    page.locator("li.message", has_text="Unread 1").first.wait_for()
    mark = page.locator(".unread-mark").bounding_box()
    first = page.get_by_text("Unread 1", exact=True).bounding_box()
    assert 0 < first["y"] - mark["y"] < 120, (mark, first)
    page.get_by_role("button", name="Go to").click()
    shows(page, "Unread 120")


@covers("S1.36b")
def date_headings(stage):
    """Days have headings in the viewer's zone: Today, Yesterday, a date; also over midnight and DST."""
    page = stage.people.page(stage.people.context(timezone_id="America/New_York"))
    page.goto("/")
    page.wait_for_selector("sign-in")
    base = page.evaluate("new URL(document.querySelector('script[src]').src).pathname").rsplit("/", 1)[0]
    heads = page.evaluate(
        """async (base) => {
          const { dayHeading, dayNumber } = await import(base + "/text/dates.js");
          const at = (text) => new Date(text).getTime();
          const now = at("2026-03-08T12:00:00-04:00"); // the day on which clocks go forward
          return {
            today: dayHeading(at("2026-03-08T00:00:01-05:00"), now),
            yesterday: dayHeading(at("2026-03-07T23:59:59-05:00"), now),
            beforeMidnightUTC: dayHeading(at("2026-03-08T03:30:00Z"), now),
            week: dayHeading(at("2026-03-04T09:00:00-05:00"), now),
            year: dayHeading(at("2025-12-31T23:00:00-05:00"), now),
            shortDay: dayNumber(at("2026-03-09T00:00:00-04:00")) - dayNumber(at("2026-03-08T00:00:00-05:00")),
            longDay: dayNumber(at("2026-11-02T00:00:00-05:00")) - dayNumber(at("2026-11-01T00:00:00-04:00")),
          };
        }""",
        base,
    )
    assert heads["today"] == "Today", heads
    assert heads["yesterday"] == "Yesterday", heads
    assert heads["beforeMidnightUTC"] == "Yesterday", heads
    assert "4 March" in heads["week"] and "Wednesday" in heads["week"], heads
    assert heads["year"] == "31 December 2025", heads
    assert heads["shortDay"] == 1 and heads["longDay"] == 1, heads


def headings_move_at_midnight(stage):
    """A page that stays open over midnight calls the day before Yesterday."""
    id = filled(stage, 1)
    page = stage.people.page(stage.people.context())
    page.clock.install()
    page = stage.people.sign_in("dr-lindqvist", f"/chat/{id}", page=page)
    page.locator(".day", has_text="Today").wait_for()
    page.clock.fast_forward("24:00:00")
    page.locator(".day", has_text="Yesterday").wait_for()


headings_move_at_midnight.environment = {"WARDLINE_WEB_IDLE_SECONDS": "dietitian=200000"}
covers("S1.36b")(headings_move_at_midnight)


@covers("S2.87")
def typing_indicator(stage):
    """While somebody types the other sees so; it goes when the message comes."""
    id = stage.clinic.direct("dr-haddad", "amara")
    doctor = stage.sign_in("dr-haddad", f"/chat/{id}")
    patient = stage.sign_in("amara", f"/chat/{id}")
    patient.get_by_role("textbox", name="Message").press_sequentially("Good")
    doctor.get_by_text("Amara Okafor is typing…").wait_for()
    write(patient, "Good morning")
    shows(doctor, "Good morning")
    doctor.get_by_text("is typing…").wait_for(state="detached")


@covers("S2.70", "S2.71")
def own_and_received(stage):
    """Own messages stand on the other side in another colour and have a status; contrast suffices."""
    id = stage.clinic.group("dr-lindqvist", ["dr-haddad"], "Team")
    stage.clinic.send("dr-haddad", id, "Theirs")
    stage.clinic.send("dr-lindqvist", id, "Mine")
    page = stage.sign_in("dr-lindqvist", f"/chat/{id}")
    shows(page, "Mine")
    theirs, own = bubbles(page).first, bubbles(page).last
    assert own.bounding_box()["x"] > theirs.bounding_box()["x"]
    colours = [one.locator(".bubble").evaluate("(e) => getComputedStyle(e).backgroundColor") for one in (theirs, own)]
    assert colours[0] != colours[1]
    assert own.locator("message-status").count() == 1
    assert theirs.locator("message-status").count() == 0
    assert theirs.locator(".bubble-author").inner_text() == "Dr. Samir Haddad"
    for one in (theirs, own):
        assert contrast(one.locator(".bubble-text"), one.locator(".bubble")) >= 4.5


def contrast(text, ground):
    def luminance(colour):
        parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    values = sorted(
        [
            luminance(text.evaluate("(e) => getComputedStyle(e).color")),
            luminance(ground.evaluate("(e) => getComputedStyle(e).backgroundColor")),
        ]
    )
    return (values[1] + 0.05) / (values[0] + 0.05)
