import os
import time

import writer as wf

wf.init_state({})


def tick(state):
    for number in range(100):
        print("tick", number, time.time() * 1000)
        time.sleep(0.02)


def burst(state):
    count = int(os.environ["LINES"])
    for number in range(count):
        print("burst", number)
    print(f"burst is over, {count}")
