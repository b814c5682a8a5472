"""A frame of 100,000 rows and 50 columns, in a table that does everything."""

import polars as pl
from mainspring.runtime import init_state

ROWS = 100_000

numbers = pl.Series("0", range(ROWS))
init_state(
    {
        "frame": pl.DataFrame(
            {
                f"column {k}": numbers * (k + 7) % 9973 if k % 3 else numbers.cast(pl.String) + f" of {k}"
                for k in range(50)
            }
        )
    }
)


def take(payload):
    print(payload)
