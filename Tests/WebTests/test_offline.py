import json
import pathlib
import urllib.error
import urllib.request

from clinic import PROGRAM
from kept import files, stores, wait_files, wait_loaded
from people import conversation, shows, wait_status, write
from suite import covers, eventually
from test_faults import stored


def reading(stage, path="/chat/{id}"):
    """A patient whose browser keeps the app, the list and a conversation: gives its id and the page."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("dr-haddad", id, "Read me without the server")
    page = stage.sign_in("amara", path.format(id=id))
    shows(page, "Read me without the server")
    wait_files(page)
    wait_loaded(page, "amara")
    return id, page


@covers("S2.72", "S2.76")
def opens_without_the_server(stage):
    """Loaded anew without the server, the page shows the list, messages and the draft, says that there
    is no connection, and takes a message, which is sent once when the server is back."""
    id, page = reading(stage)
    page.get_by_role("textbox", name="Message").fill("A draft of mine")
    eventually(lambda: stores(page, "amara").get("drafts"), "the draft is kept", page=page)
    stage.clinic.kill()
    page.reload()
    shows(page, "Read me without the server")
    conversation(page, "Dr. Samir Haddad").wait_for()
    page.get_by_text("The server cannot be reached.").wait_for()
    field = page.get_by_role("textbox", name="Message")
    eventually(lambda: field.input_value() == "A draft of mine", "the draft", page=page)
    field.press("Enter")
    wait_status(page, "A draft of mine", "waiting")
    page.screenshot(path=stage.artefacts / "offline.png")
    page.reload()
    wait_status(page, "A draft of mine", "waiting")
    stage.clinic.start()
    # Sessions are in the memory of the server that was killed.
    page.get_by_text("Your session is over.").wait_for(timeout=40_000)
    stage.people.sign_in_here("amara", page)
    wait_status(page, "A draft of mine", "sent")
    assert stored(stage, "A draft of mine") == 1


@covers("S2.72")
def forgets_what_may_be_deleted(stage):
    """When the log of events does not reach back to what one has seen, no messages stay on the disk: of
    those that were deleted meanwhile nobody would tell. The app goes on by itself."""
    id, page = reading(stage)
    problem = {"title": "Gone", "status": 410, "code": "OUT_OF_RANGE", "detail": "expired"}
    answer = {"status": 410, "content_type": "application/problem+json", "body": json.dumps(problem)}
    page.route("**/api/events/stream", lambda route: route.fulfill(**answer), times=1)
    page.goto("/dietitian-support")
    eventually(lambda: stores(page, "amara")["messages"] == 0, "nothing is kept", page=page)
    page.get_by_role("link", name="Conversations").click()
    stage.clinic.send("dr-haddad", id, "Are you there?")
    conversation(page, "Dr. Samir Haddad").get_by_text("Are you there?").wait_for()


@covers("S2.72")
def opens_in_another_tab(stage):
    """Without the server every path of the app opens, in a new tab too; what is not the app does not."""
    _, page = reading(stage)
    stage.clinic.kill()
    for path in ("/", "/chat", "/dietitian-support"):
        tab = stage.people.page(page.context)
        tab.goto(path)
        tab.wait_for_selector("app-shell")
        tab.get_by_text("The server cannot be reached.").wait_for()
    kept = [path for paths in files(page).values() for path in paths]
    assert "/" in kept and any(path.endswith("/main.js") for path in kept), kept
    assert all(path == "/" or path.startswith("/app/") for path in kept), kept
    assert page.evaluate("fetch('/api/conversations').then(() => 'answered', () => 'failed')") == "failed"


@covers("S1.26", "S2.72")
def sign_out_leaves_nothing(stage):
    """Who signs out without a connection leaves nothing that can be read, and the session on the server
    ends as soon as it is reached."""
    _, page = reading(stage)
    page.get_by_role("textbox", name="Message").fill("A draft of mine")
    cookie = page.context.cookies()[0]
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()
    assert page.evaluate("indexedDB.databases()") == []
    assert "amara" not in page.evaluate("localStorage.getItem('wardline-person') ?? ''")
    page.context.set_offline(False)
    assert session_status(stage, cookie) == 200
    page.reload()
    page.get_by_text("You are signed out.").wait_for()
    eventually(lambda: session_status(stage, cookie) == 401, "the session is over", page=page)
    stage.clinic.kill()
    page.goto("/chat")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert page.get_by_text("Read me without the server").count() == 0


def session_status(stage, cookie):
    request = urllib.request.Request(
        stage.clinic.address + "/web/session", headers={"Cookie": f"{cookie['name']}={cookie['value']}"}
    )
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code


@covers("S1.26", "S2.72")
def away_for_too_long(stage):
    """Who comes back without a connection after the idle time reads nothing; their draft stays theirs."""
    id, page = reading(stage)
    page.get_by_role("textbox", name="Message").fill("A draft of mine")
    eventually(lambda: stores(page, "amara").get("drafts"), "the draft is kept", page=page)
    # A page without the app: what is changed here looks as if hours had passed.
    page.goto("/openapi.json")
    page.evaluate("localStorage.setItem('wardline-last-activity', 0)")
    stage.clinic.kill()
    page.goto(f"/chat/{id}")
    page.get_by_text("You were signed out because nothing happened for a while.").wait_for()
    counts = stores(page, "amara")
    assert counts["messages"] == counts["state"] == 0 and counts["drafts"] == 1, counts
    stage.clinic.start()
    page.get_by_role("button", name="Try again").click()
    stage.people.sign_in_here("amara", page)
    field = page.get_by_role("textbox", name="Message")
    eventually(lambda: field.input_value() == "A draft of mine", "the draft", page=page)


OLD, NEW = "No conversation is open", "No conversation is here"


@covers("S2.76")
def new_version(stage):
    """A page that is open when the server comes back as another version says so; loaded anew it is the
    new one, with or without the server, and nothing of the old one is kept."""
    other = pathlib.Path(stage.clinic.folder.name) / "wardline-next"
    program = pathlib.Path(PROGRAM).read_bytes()
    assert OLD.encode() in program
    other.write_bytes(program.replace(OLD.encode(), NEW.encode()))
    other.chmod(0o755)
    page = stage.sign_in("amara", "/chat")
    page.get_by_text(OLD).wait_for()
    wait_files(page)
    before = files(page)
    stage.clinic.stop()
    stage.clinic.program = str(other)
    stage.clinic.start()
    page.get_by_text("Your session is over.").wait_for(timeout=40_000)
    stage.people.sign_in_here("amara", page)
    page.get_by_text("There is a new version of this page.").wait_for()
    page.get_by_role("button", name="Use it now").click()
    page.get_by_text(NEW).wait_for()
    after = files(page)
    assert len(after) == 1 and after.keys() != before.keys(), after.keys()
    stage.clinic.kill()
    page.reload()
    page.get_by_text(NEW).wait_for()


@covers("S2.72", "S1.26")
def unsent_is_not_lost_silently(stage):
    """Who signs out while a message waits for the connection is asked first, and may go on."""
    _, page = reading(stage)
    page.context.set_offline(True)
    write(page, "Not sent yet")
    wait_status(page, "Not sent yet", "waiting")
    page.get_by_role("button", name="Sign out").click()
    asked = page.get_by_role("alertdialog", name="1 message has not been sent")
    asked.get_by_role("button", name="Cancel").click()
    asked.wait_for(state="detached")
    wait_status(page, "Not sent yet", "waiting")
    page.get_by_role("button", name="Sign out").click()
    asked.get_by_role("button", name="Sign out anyway").click()
    page.get_by_text("You are signed out.").wait_for()
    assert page.evaluate("indexedDB.databases()") == []
