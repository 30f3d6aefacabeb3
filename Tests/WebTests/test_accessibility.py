from people import shows
from suite import covers
from views import furnish


@covers("S2.60")
def keyboard_alone(stage):
    """With the keyboard alone: skip link, list, conversation, reply to a message, send."""
    furnish(stage)
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
