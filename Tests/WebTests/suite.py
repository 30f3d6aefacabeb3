"""Names tests and finds them: a test is a function with `@covers` and a sentence as its docstring."""

TESTS = []


def covers(*rows):
    """Marks a test with the rows of the acceptance list that it shows working."""

    def mark(function):
        TESTS.append((function, rows))
        return function

    return mark


def eventually(condition, what, seconds=30.0, page=None):
    """Waits until `condition()` gives something, and gives it back."""
    import time

    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s there is still not: {what}")
        # A page moves on only while Playwright is asked something of it.
        if page is None:
            time.sleep(0.02)
        else:
            page.wait_for_timeout(20)
