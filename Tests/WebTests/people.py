"""People in front of browsers: each has a context of their own, so cookies and storage are apart."""

import os

from clinic import NAMES
from suite import eventually

CHROMIUM = os.environ.get("WARDLINE_CHROMIUM", "/usr/bin/chromium")
# Leads to this machine, but is no name of it: browsers take its pages for those of another machine.
LAN_NAME = "clinic.lan"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}


class People:
    def __init__(self, browser, clinic):
        self.browser = browser
        self.clinic = clinic
        self.contexts = []
        self.problems = []

    def context(self, **options):
        options.setdefault("viewport", DESKTOP)
        options.setdefault("timezone_id", "Europe/Berlin")
        options.setdefault("locale", "en-GB")
        context = self.browser.new_context(base_url=self.clinic.address, **options)
        self.contexts.append(context)
        return context

    def page(self, context):
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("console", lambda message: self._heard(message))
        return page

    def _heard(self, message):
        # The browser itself logs every refused or failed request; those are part of the tests. So is a
        # page over plain HTTP, for which there are no openers to be kept apart.
        expected = ("Failed to load resource", "net::ERR", "Cross-Origin-Opener-Policy header has been ignored")
        if message.type == "error" and not any(one in message.text for one in expected):
            self.problems.append(message.text)

    def sign_in(self, user, path="/", page=None, **options):
        """Somebody of the sample clinic opens the app at `path` and signs in: gives the page."""
        page = page or self.page(self.context(**options))
        page.goto(path)
        return self.sign_in_here(user, page)

    def sign_in_here(self, user, page):
        """The page to sign in is shown already."""
        page.get_by_role("button", name=NAMES[user]).click()
        page.wait_for_selector("app-shell")
        loaded = "document.querySelector('app-shell')?.chat.isListLoaded"
        eventually(lambda: page.evaluate(loaded), "the list is loaded", page=page)
        return page

    def sign_in_with_token(self, user, page):
        """As a page of the clinic's portal does it: for names under which nobody is just believed."""
        status = page.evaluate(
            """async (token) => (await fetch('/web/session', {
              method: 'POST',
              headers: { 'Content-Type': 'application/json', 'X-Wardline': '1' },
              body: JSON.stringify({ Token: token }),
            })).status""",
            self.clinic.token(user),
        )
        assert status == 201, status
        page.reload()
        page.wait_for_selector("app-shell")

    def close(self):
        for context in self.contexts:
            context.close()


# What a person looks at.


def bubbles(page):
    return page.locator("li.message message-bubble")


def texts(page):
    return page.locator("li.message .bubble-text").all_inner_texts()


def last_bubble(page):
    return bubbles(page).last


def write(page, text):
    """Types into the message field and presses Enter."""
    field = page.get_by_role("textbox", name="Message")
    field.fill(text)
    field.press("Enter")


def shows(page, text):
    """Waits until a bubble with that text is there."""
    page.locator("li.message", has_text=text).last.wait_for()


def conversation(page, name):
    """The row of the list."""
    return page.locator("chat-sidebar .conversation", has_text=name)


def status_of(page, text):
    """The kind of the status of an own message."""
    row = page.locator("li.message", has_text=text).last
    return row.locator("message-status").get_attribute("data-kind")


def wait_status(page, text, kind):
    row = page.locator("li.message", has_text=text).last
    row.locator(f"message-status[data-kind={kind}]").wait_for()
