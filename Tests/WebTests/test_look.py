from axe_playwright_python.sync_playwright import Axe

from people import shows
from suite import covers
from views import furnish, visit


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@covers("S2.60", "S2.64", "S2.70", "S2.90")
def every_view(stage):
    """Every main view, light and dark, on a desktop and on a phone: axe finds nothing, nothing is too
    wide, and there is a picture of it."""
    found = []
    for name, page in visit(stage, reduced_motion="reduce"):
        page.screenshot(path=stage.artefacts / f"{name}.png")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name}: {wide} pixels too wide")
        # axe comes in as the debugger's: the policy of the page keeps the scripts of others out.
        answer = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        for one in answer.response["violations"]:
            where = [node["html"][:160] for node in one["nodes"][:3]]
            found.append(f"{name}: {one['id']}: {one['help']}: {where}")
    assert not found, "\n".join(found)


@covers("S2.7")
def right_to_left(stage):
    """Where the page's direction is right to left, the layout is mirrored and nothing sticks out."""
    furnish(stage)
    page = stage.sign_in("amara")
    shows(page, "That is all for today")
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.wait_for_timeout(200)
    navigation = page.locator("main-navigation").bounding_box()
    own = page.locator("message-bubble.is-own").last.bounding_box()
    theirs = page.locator("message-bubble.is-theirs").last.bounding_box()
    assert navigation["x"] > 900, navigation
    assert own["x"] < theirs["x"] + theirs["width"], (own, theirs)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=stage.artefacts / "right-to-left.png")
