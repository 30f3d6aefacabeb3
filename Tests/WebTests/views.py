"""The main views with something in them, for pictures and for axe."""

from people import DESKTOP, PHONE, shows
from pictures import pdf, png, upload

# name: (who, path, a text to wait for)
VIEWS = {
    "sign-in": (None, "/", None),
    "dietitian-support": ("amara", "/dietitian-support", "That is all for today"),
    "first-message": ("noah", "/dietitian-support", None),
    "messages": ("dr-lindqvist", "/chat", None),
    "conversation": ("dr-lindqvist", "/chat/{support}", "That is all for today"),
    "group": ("dr-haddad", "/chat/{group}", "500 mg twice a day"),
    "closed": ("dr-haddad", "/chat/{closed}", "See you next year"),
    "empty": ("dr-haddad", "/chat/{empty}", None),
    "search": ("dr-lindqvist", "/chat", None),
    "offline": ("amara", "/dietitian-support", "That is all for today"),
}


def search(page):
    page.get_by_role("searchbox").fill("a")
    page.locator(".found-message").first.wait_for()


def cut_off(page):
    page.context.set_offline(True)
    page.get_by_text("You are offline.").wait_for()


def see_the_dietitian(page):
    page.locator(".starter").first.wait_for()


# What somebody does there before one looks.
ACTIONS = {"first-message": see_the_dietitian, "search": search, "offline": cut_off}


def visit(stage, **options):
    """Shows each view to whoever it is for, one after the other: gives its name and its page."""
    place = furnish(stage)
    for scheme in ("light", "dark"):
        for device, size in (("desktop", DESKTOP), ("phone", PHONE)):
            for name, (user, path, ready) in VIEWS.items():
                context = stage.people.context(color_scheme=scheme, viewport=size, **options)
                page = stage.people.page(context)
                if user is None:
                    page.goto("/")
                    page.wait_for_selector(".person")
                else:
                    stage.people.sign_in(user, path.format(**place), page=page)
                    if ready:
                        shows(page, ready)
                if name in ACTIONS:
                    ACTIONS[name](page)
                page.mouse.move(2, 2)
                page.wait_for_timeout(200)
                yield f"{name}-{device}-{scheme}", page
                context.close()
                stage.people.contexts.remove(context)


def furnish(stage):
    """Gives the ids of the conversations by name."""
    clinic = stage.clinic
    support = clinic.support("Good morning! I had porridge with berries for breakfast.")
    clinic.send("dr-lindqvist", support, "That sounds great. How did you feel afterwards?")
    asked = clinic.send("amara", support, "A little tired around eleven. May I add walnuts?")
    clinic.send(
        "dr-lindqvist",
        support,
        "Of course. A handful a day, unsalted. Here is more: https://clinic.example/nuts",
        Reply_to=asked["Message_id"],
    )
    meal = upload(clinic, "amara", "meal.png", "image/png", png())
    clinic.send("amara", support, "", Message_Type="image", Attachment_id=meal)
    plan = upload(clinic, "dr-lindqvist", "Plan for July.pdf", "application/pdf", pdf())
    clinic.send("dr-lindqvist", support, "Plan for July.pdf", Message_Type="file", Attachment_id=plan)
    clinic.send("amara", support, "شكراً جزيلاً، سأجرب ذلك غداً صباحاً")
    slip = clinic.send("dr-lindqvist", support, "Oops")
    clinic.call("dr-lindqvist", "DELETE", f"/messages/{slip['Message_id']}?scope=all")
    last = clinic.send("dr-lindqvist", support, "That is all for today, enjoy your walk!")
    clinic.put("amara", f"/messages/{last['Message_id']}/reactions/%F0%9F%99%8F", None)
    clinic.send("amara", support, "Thank you!")
    clinic.put("dr-lindqvist", f"/api/conversations/{support}/read", {})
    group = clinic.group("dr-haddad", ["dr-lindqvist", "mei-tanaka"], "Amara: diet and medication")
    clinic.send("dr-haddad", group, "I would like us to agree on the metformin dose.")
    clinic.send("mei-tanaka", group, "500 mg twice a day with meals would be my suggestion.")
    closed = clinic.group("dr-haddad", ["dr-lindqvist"], "Check-up 2025")
    clinic.send("dr-haddad", closed, "All values are fine. See you next year!")
    clinic.post("dr-haddad", f"/api/conversations/{closed}/close")
    noah = clinic.direct("dr-lindqvist", "noah")
    clinic.send("noah", noah, "I will be ten minutes late tomorrow, sorry!")
    clinic.assign("noah")
    empty = clinic.group("dr-haddad", ["mei-tanaka"], "Pharmacy")
    return {"support": support, "group": group, "closed": closed, "empty": empty}
