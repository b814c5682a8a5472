import os

from nicegui import ui


@ui.page("/")
def index():
    count = 0

    def increment():
        nonlocal count
        count += 1
        shown.set_text(f"count: {count}")

    ui.button("Increment", on_click=increment)
    shown = ui.label("count: 0")
    ui.label("label-v1")


ui.run(host="127.0.0.1", port=int(os.environ["PORT"]), reload="RELOAD" in os.environ, show=False)
