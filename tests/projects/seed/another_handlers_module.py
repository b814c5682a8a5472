def decrement(state):
    state["counter"] -= 1
