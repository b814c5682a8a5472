def increment(state):
    state["counter"] += 1
