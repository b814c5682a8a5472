"""Prints into ``ui.log``, the way NiceGUI's documentation shows."""

import asyncio
import os
import time

from nicegui import ui


@ui.page("/")
def index():
    log = ui.log().classes("w-full h-96")

    async def tick():
        for number in range(100):
            log.push(f"tick {number} {time.time() * 1000}")
            await asyncio.sleep(0.02)

    def burst():
        count = int(os.environ["LINES"])
        for number in range(count):
            log.push(f"burst {number}")
        log.push(f"burst is over, {count}")

    ui.button("tick", on_click=tick)
    ui.button("burst", on_click=burst)


ui.run(host="127.0.0.1", port=int(os.environ["PORT"]), reload=False, show=False)
