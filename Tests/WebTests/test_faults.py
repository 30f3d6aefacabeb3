import sqlite3

from people import shows, status_of, texts, wait_status, write
from suite import covers, eventually


def stored(stage, text):
    """How often the database has it."""
    path = f"file:{stage.clinic.folder.name}/wardline.sqlite?mode=ro"
    database = sqlite3.connect(path, uri=True)
    try:
        return database.execute(
            "SELECT count(*) FROM chat_messages WHERE content = ?", (text,)
        ).fetchone()[0]
    finally:
        database.close()


@covers("S2.72", "S2.76", "S2.79")
def server_killed_while_sending(stage):
    """The server is killed while messages are sent, and comes back: each is there once, for both."""
    id = stage.clinic.direct("dr-haddad", "amara")
    patient = stage.sign_in("amara", f"/chat/{id}")
    doctor = stage.sign_in("dr-haddad", f"/chat/{id}")
    write(patient, "Before")
    shows(doctor, "Before")
    write(patient, "In between 1")
    stage.clinic.kill()
    write(patient, "In between 2")
    write(patient, "In between 3")
    wait_status(patient, "In between 3", "waiting")
    patient.get_by_text("The server cannot be reached.").wait_for()
    shows(patient, "Before")
    stage.clinic.start()
    for page in (patient, doctor):
        # People sign in again: sessions are in the memory of the server that was killed.
        stage.people.sign_in("amara" if page is patient else "dr-haddad", f"/chat/{id}", page=page)
    for number in (1, 2, 3):
        shows(doctor, f"In between {number}")
    expected = ["Before", "In between 1", "In between 2", "In between 3"]
    eventually(lambda: texts(doctor) == expected, f"each once, in order: {texts(doctor)}", page=doctor)
    eventually(lambda: texts(patient) == expected, "the same for the sender", page=patient)
    assert [stored(stage, text) for text in expected] == [1, 1, 1, 1]


@covers("S2.72")
def network_cut(stage):
    """Without a network one reads and writes on; back on, everything is sent once and received."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("dr-haddad", id, "Read me offline")
    patient = stage.sign_in("amara", f"/chat/{id}")
    shows(patient, "Read me offline")
    patient.context.set_offline(True)
    write(patient, "Written offline")
    wait_status(patient, "Written offline", "waiting")
    patient.get_by_text("You are offline.").wait_for()
    stage.clinic.send("dr-haddad", id, "Meanwhile")
    patient.context.set_offline(False)
    wait_status(patient, "Written offline", "sent")
    shows(patient, "Meanwhile")
    assert stored(stage, "Written offline") == 1
    patient.get_by_text("You are offline.").wait_for(state="detached")


@covers("S2.72")
def answer_lost(stage):
    """The answer to a send is lost: it is sent again under the same key, and is one message."""
    id = stage.clinic.direct("dr-haddad", "amara")
    patient = stage.sign_in("amara", f"/chat/{id}")
    keys = []

    def lose(route):
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # The server has it; the browser does not hear of it.
            return route.abort()
        return route.continue_()

    patient.route("**/messages", lose)
    write(patient, "Only once")
    eventually(lambda: len(keys) >= 2, "a second try", page=patient)
    wait_status(patient, "Only once", "sent")
    assert len(set(keys)) == 1, keys
    assert texts(patient) == ["Only once"]
    assert stored(stage, "Only once") == 1


@covers("S2.72")
def outbox_survives_reload(stage):
    """What could not be sent is still there after the page was loaded anew, and is sent then."""
    id = stage.clinic.direct("dr-haddad", "amara")
    patient = stage.sign_in("amara", f"/chat/{id}")
    patient.route("**/messages", lambda route: route.abort())
    write(patient, "Patience")
    wait_status(patient, "Patience", "waiting")
    patient.unroute("**/messages")
    patient.reload()
    wait_status(patient, "Patience", "sent")
    assert stored(stage, "Patience") == 1


@covers("S2.72")
def slow_link(stage):
    """On a slow link a message says that it is on its way, and order is kept."""
    id = stage.clinic.direct("dr-haddad", "amara")
    patient = stage.sign_in("amara", f"/chat/{id}")
    doctor = stage.sign_in("dr-haddad", f"/chat/{id}")
    session = patient.context.new_cdp_session(patient)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 2_500, "downloadThroughput": 50_000, "uploadThroughput": 50_000},
    )
    for number in range(3):
        write(patient, f"Slow {number}")
    assert status_of(patient, "Slow 2") == "sending"
    shows(doctor, "Slow 2")
    assert texts(doctor) == ["Slow 0", "Slow 1", "Slow 2"]


@covers("S1.26")
def expired_token(stage):
    """When the token is over the page says so and asks to sign in; what was not sent is kept."""
    id = stage.clinic.direct("dr-haddad", "amara")
    page = stage.people.page(stage.people.context())
    page.goto("/")
    token = stage.clinic.token("amara", lifetime=3)
    status = page.evaluate(
        """async (token) => (await fetch('/web/session', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-Wardline': '1' },
          body: JSON.stringify({ Token: token }),
        })).status""",
        token,
    )
    assert status == 201, status
    page.goto(f"/chat/{id}")
    page.get_by_role("textbox", name="Message").fill("Too late")
    # Tokens are good for a minute more, for clocks that differ; the session is not.
    page.get_by_text("Your session is over.").wait_for(timeout=90_000)
    stage.people.sign_in_here("amara", page)
    page.goto(f"/chat/{id}")
    field = page.get_by_role("textbox", name="Message")
    eventually(lambda: field.input_value() == "Too late", "the draft is kept", page=page)


@covers("S2.72", "S2.60")
def loss_is_said_once(stage):
    """A loss of the connection is said once, after a second and a half, however often it is tried again;
    and so is its return."""
    stage.clinic.direct("dr-haddad", "amara")
    page = stage.sign_in("amara", "/chat")
    page.evaluate(
        """() => {
          window.said = [];
          new MutationObserver((changes) => {
            for (const { target } of changes) {
              const region = (target.closest ? target : target.parentElement)?.closest('[role=status]');
              if (region && window.said.at(-1) !== region.textContent) window.said.push(region.textContent);
            }
          }).observe(document.querySelector('connection-state'), { subtree: true, childList: true, characterData: true });
        }"""
    )
    stage.clinic.stop()
    page.get_by_text("The server cannot be reached.").wait_for()
    for _ in range(3):
        with page.expect_event("requestfailed"):
            page.get_by_role("button", name="Try now").click()
    said = [one for one in page.evaluate("window.said") if one]
    assert len(said) == 1 and said[0].startswith("The server cannot be reached."), said


@covers("S2.72", "S2.60")
def return_is_said(stage):
    """That the connection is back is said to screen readers too."""
    page = stage.sign_in("amara", "/chat")
    page.context.set_offline(True)
    page.get_by_text("You are offline.").wait_for()
    page.context.set_offline(False)
    page.get_by_text("The connection is back.").wait_for(state="attached")
    page.get_by_text("You are offline.").wait_for(state="detached")
