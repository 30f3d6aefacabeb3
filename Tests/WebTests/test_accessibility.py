from axe_playwright_python.sync_playwright import Axe

from people import DESKTOP, PHONE, shows
from suite import covers
from views import VIEWS, furnish

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def check(page, view):
    # The policy of the page keeps scripts of others out; axe comes in as the debugger's.
    answer = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    found = [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in answer.response["violations"]
    ]
    assert not found, f"{view}: " + "\n".join(found)


@covers("S2.60", "S2.90")
def axe_finds_nothing(stage):
    """axe finds nothing in any view, light and dark, on a desktop and on a phone."""
    place = furnish(stage)
    for scheme in ("light", "dark"):
        for size in (DESKTOP, PHONE):
            options = {"color_scheme": scheme, "viewport": size, "reduced_motion": "reduce"}
            for name, (user, path, ready) in VIEWS.items():
                page = stage.people.page(stage.people.context(**options))
                if user is None:
                    page.goto("/")
                    page.wait_for_selector(".person")
                else:
                    stage.people.sign_in(user, path.format(**place), page=page)
                    if ready:
                        shows(page, ready)
                check(page, f"{name}, {scheme}, {size['width']}")
                page.context.close()
                stage.people.contexts.pop()


@covers("S2.60")
def keyboard_alone(stage):
    """With the keyboard alone: skip link, list, conversation, reply to a message, send."""
    place = furnish(stage)
    page = stage.sign_in("dr-lindqvist", "/chat")
    page.locator(".conversation").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the conversation"
    page.get_by_role("searchbox").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("message-list li.message")
    page.locator(".message-scroller").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.matches('li.message')")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Reply":
            break
    page.keyboard.press("Enter")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    shows(page, "By keyboard")


@covers("S2.60")
def reduced_motion(stage):
    """Whoever wants less motion gets none."""
    page = stage.sign_in("dr-lindqvist", "/chat", reduced_motion="reduce")
    moving = page.evaluate(
        """[...document.querySelectorAll('*')].filter((one) => {
          const style = getComputedStyle(one);
          return parseFloat(style.animationDuration) > 0 && style.animationName !== 'none'
            || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0, moving
