"""For tests of apps: an app without a browser, in the process of the test.

    with open_app("my_app") as app:
        ada = app.join()
        ada.fire("add_button")
        assert ada.state["orders"] == [...]

The page is the one on disk; payloads are checked, bindings written and generators of the app run as when a
browser sends an event. What a handler raises is raised in the test.
"""

from mainspring.testing.opened_app import OpenedApp, Refused, User, open_app

__all__ = ["OpenedApp", "Refused", "User", "open_app"]
