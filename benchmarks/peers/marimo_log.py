import marimo

app = marimo.App()


@app.cell
def _():
    import os
    import time

    import marimo as mo

    return mo, os, time


@app.cell
def _(mo):
    ticks = mo.ui.run_button(label="tick")
    bursts = mo.ui.run_button(label="burst")
    mo.hstack([ticks, bursts])
    return bursts, ticks


@app.cell
def _(ticks, time):
    if ticks.value:
        for number in range(100):
            print("tick", number, time.time() * 1000)
            time.sleep(0.02)
    return


@app.cell
def _(bursts, os):
    if bursts.value:
        count = int(os.environ["LINES"])
        for line in range(count):
            print("burst", line)
        print(f"burst is over, {count}")
    return


if __name__ == "__main__":
    app.run()
