"""The front desk of a bicycle workshop: what Mainspring can do, on one page.

Each section of the page names the function behind it. Change one, save, and watch: the page is new,
and what you have typed is still there.
"""

import parts
from mainspring.runtime import State, init_handlers, init_state

# Every function here can be linked to an event, except those that begin with an underscore.
# Functions of other modules can be linked too, once they are registered:
init_handlers(parts)

# A global exists once, for everybody who uses the app. State is each visitor's own.
SERVICES = {"tube": "New tube", "brakes": "Brakes", "service": "Full service"}
PRICES = {"tube": 18, "brakes": 45, "service": 120}
EUROS_AN_HOUR = 60
NEW_JOB = {"customer": "", "work": "tube", "hours": 1}
JOBS = {
    "101": {"customer": "Ada Lovelace", "work": "Full service", "status": "waiting", "open": True},
    "102": {"customer": "Alan Turing", "work": "Brakes", "status": "waiting", "open": True},
}


class Desk(State):
    """What the page shows. State needs no class; with one, the editor completes what it holds."""

    visitors: int = 12
    services: dict = SERVICES
    form: dict = NEW_JOB
    greeting: str = ""
    estimate: float = PRICES["tube"] + EUROS_AN_HOUR
    notice: str = ""
    notice_kind: str = "info"
    jobs: dict = JOBS
    filter: str = "all"
    shown: dict = JOBS
    shelf: list = parts.SHELF
    ordering: str = ""
    photo: bytes | None = None


# Every browser begins with a copy of this. `init_state({"visitors": 12})` would do as well.
init_state(Desk)

# What an app prints stands in the log: this line once, each time the app starts.
print("The workshop is open.")


def count_visitor(state: Desk):
    state["visitors"] += 1
    print("Visitors today:", state["visitors"])


def greet(state: Desk, payload: str):
    """Each key that is pressed in the field; the payload is the text so far."""
    state["greeting"] = f"Good morning, {payload}!" if payload else ""


def choose_work(state: Desk, payload: str | None):
    """The payload of a select is the key of the option: "tube", not "New tube"."""
    state["form"]["work"] = payload
    _estimate(state)


def change_hours(state: Desk, payload: float | None):
    """The payload of a number input is a number, or None when it was cleared."""
    state["form"]["hours"] = payload or 0
    _estimate(state)


def _estimate(state: Desk):
    """The underscore keeps this function out of the Builder."""
    form = state["form"]
    state["estimate"] = round(PRICES.get(form["work"], 0) + form["hours"] * EUROS_AN_HOUR, 2)


def take_job(state: Desk):
    form = state["form"]
    if not form["customer"]:
        state["notice_kind"] = "warning"
        state["notice"] = "Whose bicycle is it? Please enter a name."
        return
    number = str(max(int(number) for number in state["jobs"]) + 1)
    state["jobs"][number] = {
        "customer": form["customer"],
        "work": state["services"].get(form["work"], "Inspection"),
        "status": "waiting",
        "open": True,
    }
    state["notice_kind"] = "success"
    state["notice"] = f"Job {number} for {form['customer']} is on the list."
    # The field is bound to form.customer both ways: this empties it.
    form["customer"] = state["greeting"] = ""
    _show_jobs(state)
    print(f"Took job {number}")


def filter_jobs(state: Desk, payload: str | None):
    state["filter"] = payload or "all"
    _show_jobs(state)


def finish_job(state: Desk, context: dict):
    """One button for all rows: the context says in which one it was pressed."""
    number = context["job_id"]
    state["jobs"][number]["status"] = "done"
    state["jobs"][number]["open"] = False
    _show_jobs(state)
    print(f"Job {number} is done; pressed on {context['target']}")


def _show_jobs(state: Desk):
    wanted = state["filter"]
    jobs = state["jobs"].items()
    state["shown"] = {number: job for number, job in jobs if wanted in ("all", job["status"])}


def keep_photo(state: Desk, payload: bytes):
    """The payload of a webcam capture is the picture: the bytes of a PNG."""
    state["photo"] = payload
    print(f"Took a photo of {len(payload) // 1024} KB")
