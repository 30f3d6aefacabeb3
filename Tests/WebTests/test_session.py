import http.client
import json
import urllib.parse

from clinic import NAMES
from kept import stores
from people import conversation, shows, texts, wait_status, write
from suite import covers, eventually


def raw(stage, verb, path, headers=None, body=None):
    """A request as some other page's browser would send it: (status, headers, body)."""
    connection = http.client.HTTPConnection("127.0.0.1", stage.clinic.port, timeout=10)
    connection.request(verb, path, body, headers or {})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, answer.headers, data


def signed_in_cookie(stage, user="amara"):
    headers = {
        "Content-Type": "application/json", "X-Wardline": "1", "Origin": stage.clinic.address,
    }
    status, fields, _ = raw(stage, "POST", "/web/sign-in", headers, json.dumps({"User_id": user}))
    assert status == 201, status
    return fields["Set-Cookie"]


@covers("S1.12")
def development_sign_in(stage):
    """The development server lists the sample clinic; one click signs in, one signs out."""
    page = stage.sign_in("amara")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()
    for name in NAMES.values():
        page.get_by_role("button", name=name).wait_for()
    page.reload()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert page.evaluate("(async () => (await indexedDB.databases()).length)()") == 0


CHOICES = {
    "People": [],
    "Providers": [
        {"Name": "Clinic Account", "Path": "/web/oidc/clinic"},
        {"Name": "مستشفى", "Path": "/web/oidc/other"},
    ],
}


@covers("S1.12")
def identity_providers(stage):
    """Each identity provider has a button that leads to it; what failed there is said in words, once."""
    page = stage.people.page(stage.people.context())
    page.route("**/web/sign-in", lambda route: route.fulfill(json=CHOICES))
    page.route("**/web/oidc/*", lambda route: route.fulfill(content_type="text/html", body="The provider"))
    words = {
        "cancelled": "You have not signed in.",
        "refused": "The sign-in was refused.",
        "unavailable": "The sign-in service cannot be reached",
        "unknown_user": "There is nobody here under that account.",
        "<b>x</b>": "The sign-in did not succeed.",
    }
    for code, text in words.items():
        page.goto("/?" + urllib.parse.urlencode({"sign-in-error": code}))
        page.get_by_role("alert").get_by_text(text).wait_for()
        page.get_by_role("link", name="Sign in with مستشفى").wait_for()
        assert page.url.endswith("/"), page.url
    page.screenshot(path=stage.artefacts / "sign-in-providers.png")
    page.goto("/dietitian-support")
    page.get_by_role("link", name="Sign in with Clinic Account").wait_for()
    assert page.get_by_role("alert").count() == 0
    page.get_by_role("link", name="Sign in with Clinic Account").click()
    page.wait_for_url("**/web/oidc/clinic?path=%2Fdietitian-support")


@covers("S1.26")
def cookie_that_scripts_cannot_read(stage):
    """The cookie is HttpOnly and SameSite=Strict; no token is in the page, its storage or an address."""
    page = stage.sign_in("amara")
    cookie = next(one for one in page.context.cookies() if one["name"] == "wardline_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie
    assert page.evaluate("document.cookie") == ""
    kept = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert "eyJ" not in kept and cookie["value"] not in kept


@covers("S1.26")
def forged_requests(stage):
    """A request of another site has no effect, though the browser sends the cookie with it."""
    id = stage.clinic.direct("dr-haddad", "amara")
    cookie = signed_in_cookie(stage).split(";")[0]
    body = json.dumps({"Conversation_id": id, "Content": "forged"})
    base = {"Cookie": cookie, "Content-Type": "application/json"}
    good = {**base, "X-Wardline": "1", "Origin": stage.clinic.address}
    cases = [
        {**good, "Origin": "https://evil.example"},
        {**good, "Origin": "null"},
        {key: value for key, value in good.items() if key != "X-Wardline"},
        {**{key: value for key, value in good.items() if key != "Origin"}, "Sec-Fetch-Site": "cross-site"},
    ]
    for headers in cases:
        status, _, answer = raw(stage, "POST", "/messages", headers, body)
        assert status == 403, (headers, status, answer)
    status, _, answer = raw(stage, "POST", "/messages", good, body)
    assert status == 201, answer
    status, _, _ = raw(stage, "POST", "/web/sign-in", {**good, "Host": "evil.example"}, '{"User_id":"amara"}')
    assert status == 403


@covers("S1.12")
def worker_and_nothing_else(stage):
    """The worker that keeps the app's files is the only one that the page may have, and it may fetch
    from this server only."""
    status, headers, script = raw(stage, "GET", "/service-worker.js")
    assert status == 200 and headers["Content-Type"].startswith("text/javascript"), headers
    assert headers["Cache-Control"] == "no-cache" and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; connect-src 'self';")
    assert b'"main.js"' in script and b"service-worker.js" not in script.split(b"const files")[1]
    page = stage.people.page(stage.people.context())
    page.goto("/")
    page.wait_for_selector("sign-in")
    for code in (
        "navigator.serviceWorker.register('/app/evil.js')",
        "new Worker('/app/evil.js')",
        "trustedTypes.createPolicy('service-worker', {})",
        "trustedTypes.createPolicy('default', {})",
        "document.body.innerHTML = '<b>'",
    ):
        refused = page.evaluate(f"(async () => {{ await ({code}); }})().then(() => '', (error) => error.name)")
        assert refused == "TypeError", (code, refused)
    # The browser says so on the console too.
    stage.people.problems.clear()


@covers("S1.12")
def security_headers(stage):
    """Pages and files come with a strict policy, nosniff, no referrer, and may not be framed."""
    for path in ("/", "/dietitian-support", "/chat/x"):
        status, headers, page = raw(stage, "GET", path)
        assert status == 200
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert b"<style" not in page and b" style=" not in page and b"onclick" not in page
        status, _, _ = raw(stage, "GET", path, {"If-None-Match": headers["ETag"]})
        assert status == 304, status


def idle_sign_out(stage):
    """Whoever does nothing is warned and then signed out, here and on the server."""
    page = stage.sign_in("amara")
    cookie = page.context.cookies()[0]
    page.get_by_role("alertdialog").wait_for()
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("alertdialog").wait_for(state="detached")
    page.get_by_role("alertdialog").wait_for()
    page.get_by_text("You were signed out because nothing happened").wait_for()
    status, _, _ = raw(stage, "GET", "/web/session", {"Cookie": f"{cookie['name']}={cookie['value']}"})
    assert status == 401, status


idle_sign_out.environment = {"WARDLINE_WEB_IDLE_SECONDS": "patient=4"}
covers("S1.26")(idle_sign_out)


def handed_over(stage):
    """The page of a portal hands over a token by a form, and the person is in the chat."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("dr-haddad", id, "Welcome from the portal")
    context = stage.people.context()
    page = stage.people.page(context)
    form = f"""<form method="post" action="{stage.clinic.address}/web/session">
      <input name="token" value="{stage.clinic.token('amara')}"><input name="path" value="/chat/{id}">
      <button>Open the chat</button></form>"""
    page.route("http://localhost:9/*", lambda route: route.fulfill(content_type="text/html", body=form))
    page.goto("http://localhost:9/portal")
    page.get_by_role("button", name="Open the chat").click()
    shows(page, "Welcome from the portal")
    assert "token" not in page.url and "eyJ" not in page.url
    status, _, _ = raw(
        stage,
        "POST",
        "/web/session",
        {"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"},
        "token=x",
    )
    assert status == 403, status


handed_over.environment = {"WARDLINE_WEB_HANDOVER_ORIGINS": "http://localhost:9"}
covers("S1.26")(handed_over)


def hand_over(stage, context, user):
    """The browser's session becomes somebody else's, and no page of it hears so from another page."""
    answer = context.request.post(
        stage.clinic.address + "/web/session",
        data={"Token": stage.clinic.token(user)},
        headers={"X-Wardline": "1", "Origin": stage.clinic.address},
    )
    assert answer.status == 201, answer.text()


@covers("S1.26")
def other_person_in_the_same_browser(stage):
    """Every request says in whose name it is meant; when the session has become somebody else's, the
    page sends nothing more, becomes theirs, and what was written stays with who wrote it."""
    id = stage.clinic.group("dr-haddad", ["amara", "mei-tanaka"], "Team")
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    page.get_by_role("textbox", name="Message").wait_for()
    asked = []
    api = f"{stage.clinic.address}/api/"
    page.on("request", lambda one: asked.append(one) if one.url.startswith(api) else None)
    page.context.set_offline(True)
    write(page, "Written by Haddad")
    wait_status(page, "Written by Haddad", "waiting")
    hand_over(stage, page.context, "mei-tanaka")
    page.context.set_offline(False)
    page.locator(".user-card", has_text="Mei Tanaka").wait_for()
    assert not page.url.endswith(id), page.url
    names = {one.headers.get("expected-user") for one in asked}
    assert names == {"dr-haddad", "mei-tanaka"}, names
    page.goto(f"/chat/{id}")
    page.get_by_text("No messages yet.").wait_for()
    assert stores(page, "dr-haddad")["outbox"] == 1
    assert stores(page, "dr-haddad")["messages"] == 0
    hand_over(stage, page.context, "dr-haddad")
    page.locator(".user-card", has_text="Samir Haddad").wait_for()
    page.goto(f"/chat/{id}")
    wait_status(page, "Written by Haddad", "sent")
    mine = stage.clinic.get("amara", f"/messages/conversation/{id}")["data"]
    assert [one["Sender"]["User_id"] for one in mine] == ["dr-haddad"], mine


@covers("S1.26")
def other_person_in_another_tab(stage):
    """Somebody signs in, or out, in another tab: the tabs that are open follow at once."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("amara", id, "For Dr. Haddad only")
    page = stage.sign_in("dr-haddad", f"/chat/{id}")
    shows(page, "For Dr. Haddad only")
    tab = stage.people.page(page.context)
    tab.goto("/")
    tab.wait_for_selector("app-shell")
    stage.people.sign_in_with_token("mei-tanaka", tab)
    page.locator(".user-card", has_text="Mei Tanaka").wait_for()
    assert texts(page) == []
    tab.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()


@covers("S1.26")
def address_of_who_left(stage):
    """Who signs out leaves no address behind: the next person begins at home, and the way back leads
    nobody to the conversations of somebody else."""
    ids = [stage.clinic.group("dr-haddad", ["amara"], name) for name in ("One", "Two")]
    page = stage.sign_in("dr-haddad", f"/chat/{ids[0]}")
    conversation(page, "Two").click()
    page.wait_for_url(f"**/chat/{ids[1]}")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()
    assert page.url == stage.clinic.address + "/", page.url
    stage.people.sign_in_here("amara", page)
    page.wait_for_url("**/dietitian-support")
    page.go_back()
    page.wait_for_url("**/dietitian-support")
    page.get_by_role("heading", name="Dr. Eva Lindqvist").wait_for()
