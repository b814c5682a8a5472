"""The shelf of spare parts: a module whose functions main.py registers as handlers."""

import asyncio

# A list of records is a table; so is a DataFrame of pandas or polars.
SHELF = [
    {"Part": 'Tube 28"', "In stock": 14, "Price in €": 7},
    {"Part": "Brake pads", "In stock": 0, "Price in €": 12},
    {"Part": "Chain, 9 speed", "In stock": 3, "Price in €": 24},
    {"Part": "Saddle", "In stock": 0, "Price in €": 39},
    {"Part": "Bell", "In stock": 21, "Price in €": 8},
]


def sort_parts(state):
    state["shelf"].sort(key=lambda part: part["In stock"])
    # Lists and dicts are watched, so the page knows. Other objects aren't: after changing a
    # DataFrame in place, assign it to itself, and the page knows as well.
    state["shelf"] = state["shelf"]


async def order_parts(state):
    """An async handler: while it waits, the app goes on, and the page shows how far it is."""
    missing = [part for part in state["shelf"] if not part["In stock"]]
    for number, part in enumerate(missing, start=1):
        state["ordering"] = f"Ordering {part['Part']}, {number} of {len(missing)} …"
        await asyncio.sleep(0.8)  # A real app would ask the supplier here.
        part["In stock"] = 10
    state["ordering"] = ""
    print(f"Ordered {len(missing)} parts")
