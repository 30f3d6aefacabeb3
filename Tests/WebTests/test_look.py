from people import DESKTOP, PHONE, shows
from suite import covers
from views import VIEWS, furnish


@covers("S2.64", "S2.70")
def pictures_of_the_main_views(stage):
    """Every main view is photographed, light and dark, on a desktop and on a phone."""
    place = furnish(stage)
    for scheme in ("light", "dark"):
        for device, size in (("desktop", DESKTOP), ("phone", PHONE)):
            for name, (user, path, ready) in VIEWS.items():
                page = stage.people.page(stage.people.context(color_scheme=scheme, viewport=size))
                if user is None:
                    page.goto("/")
                    page.wait_for_selector(".person")
                else:
                    stage.people.sign_in(user, path.format(**place), page=page)
                    if ready:
                        shows(page, ready)
                page.mouse.move(2, 2)
                page.wait_for_timeout(300)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{name} on {device} is {wide} pixels too wide"
                page.screenshot(path=stage.artefacts / f"{name}-{device}-{scheme}.png")
                page.context.close()
                stage.people.contexts.pop()


@covers("S2.7")
def right_to_left(stage):
    """Where the page's direction is right to left, the layout is mirrored and nothing sticks out."""
    place = furnish(stage)
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
