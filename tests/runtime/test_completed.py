"""The names behind a value, of frames of each library and of objects that resist."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from mainspring.runtime.completed import completed


def told(value: Any) -> dict[str, Any]:
    return completed(value, lambda each: type(each).__name__)


@pytest.mark.parametrize(
    ("frame", "kinds"),
    [
        (pd.DataFrame({"a": [1], "b": ["x"]}), ["int64", "object|str"]),
        (pl.DataFrame({"a": [1], "b": ["x"]}), ["Int64", "String"]),
        (pa.table({"a": [1], "b": ["x"]}), ["int64", "string"]),
    ],
    ids=["pandas", "polars", "pyarrow"],
)
def test_columns_of_a_frame_have_their_types(frame: Any, kinds: list[str]) -> None:
    columns = {each["label"]: each["detail"] for each in told(frame)["columns"]}

    assert list(columns) == ["a", "b"]
    assert all(found in kind.split("|") for found, kind in zip(columns.values(), kinds, strict=True))


def test_a_frame_that_is_only_planned_is_not_computed() -> None:
    assert told(pl.LazyFrame({"a": [1]}))["columns"] == []


def test_attributes_are_told_by_kind_and_no_code_of_the_value_runs() -> None:
    class Resists:
        plain = 1

        def __init__(self) -> None:
            self.own = 1

        def method(self) -> None: ...

        @property
        def asked(self) -> int:
            raise AssertionError("it was asked")

        def __dir__(self) -> list[str]:
            raise AssertionError("it was asked")

        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was asked")

    kinds = {each["label"]: each["kind"] for each in told(Resists())["attributes"]}

    assert kinds == {"own": "property", "plain": "property", "method": "function", "asked": "property"}
