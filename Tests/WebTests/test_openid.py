from issuer import Issuer
from people import shows
from suite import covers

ISSUER = Issuer()


def sign_in_with_issuer(stage):
    """One chooses the issuer, signs in there, and is where one wanted to go, at the first attempt."""
    id = stage.clinic.direct("dr-haddad", "amara")
    stage.clinic.send("dr-haddad", id, "Welcome back")
    page = stage.people.page(stage.people.context())
    page.goto(f"/chat/{id}")
    page.get_by_role("link", name="Sign in with Clinic account").click()
    page.get_by_role("link", name="amara").click()
    shows(page, "Welcome back")
    assert page.url == f"{stage.clinic.address}/chat/{id}", page.url
    cookies = {one["name"]: one for one in page.context.cookies(stage.clinic.address)}
    assert set(cookies) == {"wardline_session"}, cookies
    assert cookies["wardline_session"]["sameSite"] == "Strict"
    page.reload()
    shows(page, "Welcome back")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()


sign_in_with_issuer.environment = ISSUER.settings()
covers("S1.26")(sign_in_with_issuer)


def refused_by_issuer(stage):
    """Whoever cancels, or is unknown to the chat, reads why, and can try again."""
    page = stage.people.page(stage.people.context())
    page.goto("/")
    page.get_by_role("link", name="Sign in with Clinic account").click()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_text("You have not signed in.").wait_for()
    assert page.url == f"{stage.clinic.address}/", page.url
    page.get_by_role("link", name="Sign in with Clinic account").click()
    page.get_by_role("link", name="stranger").click()
    page.get_by_text("There is nobody here under that account.").wait_for()
    page.get_by_role("link", name="Sign in with Clinic account").click()
    page.get_by_role("link", name="dr-lindqvist").click()
    page.wait_for_selector("app-shell")


refused_by_issuer.environment = ISSUER.settings()
covers("S1.26")(refused_by_issuer)
