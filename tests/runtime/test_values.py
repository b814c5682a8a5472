"""Values of state as pages get them, and the packages that are left alone on the way."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import json
import math
import subprocess
import sys
import types
import typing
import uuid
from pathlib import Path, PureWindowsPath

import msgspec
import pytest
from mainspring.runtime.expressions import MISSING, evaluate, find_key, key_text
from mainspring.runtime.serialise import MAX_BLOB_BYTES, Serialiser


class Colour(enum.Enum):
    RED = "red"


class Size(enum.StrEnum):
    BIG = "big"


class Level(enum.IntEnum):
    HIGH = 3


class Point(msgspec.Struct):
    x: int
    more: dict[str, int] = {}


@dataclasses.dataclass
class Person:
    name: str
    shared: typing.ClassVar[int] = 7
    start: dataclasses.InitVar[int] = 0
    tags: list[str] = dataclasses.field(default_factory=list)
    _secret: str = "no"


@dataclasses.dataclass(slots=True, frozen=True)
class Slotted:
    when: dt.date


class Text(str):
    __slots__ = ()


Pair = collections.namedtuple("Pair", "a b")


def serialised(value):
    """What a page gets, and what was said of it."""
    blobs = {}
    serialiser = Serialiser(lambda name, media_type, data: blobs.update({f"blob/{name}": (media_type, data)}))
    plain = serialiser.plain(value, ("v",))
    return msgspec.json.decode(msgspec.json.encode(plain)), serialiser.problems, blobs


VALUES = [
    (None, None),
    (True, True),
    (5, 5),
    (2**53 - 1, 2**53 - 1),
    (2**53 + 1, str(2**53 + 1)),
    (-(10**40), str(-(10**40))),
    (10**5000, hex(10**5000)),
    (1.5, 1.5),
    (math.nan, None),
    (math.inf, None),
    (-math.inf, None),
    ([1, [math.nan]], [1, [None]]),
    ("é", "é"),
    ("\ud800", "?"),
    (Text("x"), "x"),
    ({}, {}),
    ([], []),
    ((1, (2,)), [1, [2]]),
    (Pair(1, 2), [1, 2]),
    ({3, 1, 2}, [1, 2, 3]),
    (frozenset({"b", "a"}), ["a", "b"]),
    (collections.deque([1, 2]), [1, 2]),
    (range(3), [0, 1, 2]),
    (
        {1: "a", None: "b", False: "c", 2.5: "d", (1, 2): "e"},
        {"1": "a", "null": "b", "false": "c", "2.5": "d", "[1,2]": "e"},
    ),
    ({"a": 1, "_b": 2, "\udfff": 3}, {"a": 1, "?": 3}),
    (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    (types.MappingProxyType({"a": 1}), {"a": 1}),
    (collections.UserDict({"a": 1}), {"a": 1}),
    (dt.datetime(2024, 2, 29, 1, 2, 3, 4), "2024-02-29T01:02:03.000004"),
    (dt.datetime(2024, 2, 29, tzinfo=dt.UTC), "2024-02-29T00:00:00+00:00"),
    (dt.date(2024, 2, 29), "2024-02-29"),
    (dt.time(23, 59), "23:59:00"),
    (dt.timedelta(minutes=1, milliseconds=500), 60.5),
    (decimal.Decimal("1.10"), "1.10"),
    (decimal.Decimal("NaN"), None),
    (decimal.Decimal("-Infinity"), None),
    (Colour.RED, "red"),
    (Level.HIGH, 3),
    (
        {Colour.RED: 1, Size.BIG: 2, Level.HIGH: 3, Text("t"): 4},
        {"red": 1, "big": 2, "3": 3, "t": 4, "$keys": ["red", "big", "3", "t"]},
    ),
    ({dt.date(2024, 1, 1): 1, uuid.UUID(int=1): 2}, {"2024-01-01": 1, f"{uuid.UUID(int=1)}": 2}),
    (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    (Path("a/b"), "a/b"),
    (PureWindowsPath("a\\b"), "a\\b"),
    (Person("Ada", 5, ["x"]), {"name": "Ada", "tags": ["x"]}),
    (Slotted(dt.date(2024, 1, 1)), {"when": "2024-01-01"}),
    (Point(1, {"a": 2}), {"x": 1, "more": {"a": 2}}),
]


@pytest.mark.parametrize("case", VALUES, ids=lambda case: f"{type(case[0]).__name__} {case[1]!r}"[:40])
def test_a_value_arrives_as_json(case):
    value, expected = case
    found, problems, _ = serialised(value)

    assert (found, problems) == (expected, [])


@pytest.mark.parametrize(
    ("data", "media_type", "suffix"),
    [
        (b"", "application/octet-stream", ".bin"),
        (b"\x89PNG\r\n\x1a\n..", "image/png", ".png"),
        (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
        (b"GIF89a", "image/gif", ".gif"),
        (b"RIFF0000WEBP", "image/webp", ".webp"),
        (b"%PDF-1.7", "application/pdf", ".pdf"),
        (b"<svg onload='x()'/>", "application/octet-stream", ".bin"),
    ],
)
def test_bytes_become_the_address_of_a_blob(data, media_type, suffix):
    for kind in (bytes, bytearray, memoryview):
        found, problems, blobs = serialised(kind(data))

        assert blobs == {found: (media_type, data)}
        assert found.startswith("blob/")
        assert found.endswith(suffix)
        assert not problems


class Rude:
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


class RudeText(str):
    __slots__ = ()

    def __str__(self):
        raise RuntimeError("no text")


class RudeError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class Failing(collections.UserDict):
    def items(self):
        raise RudeError


@dataclasses.dataclass
class Lazy:
    value: int = dataclasses.field(init=False)


def cycle():
    value = {"list": []}
    value["list"].append(value)
    return value


def deep(levels):
    value = "bottom"
    for number in range(levels):
        value = [value] if number % 2 else {"a": value}
    return value


@pytest.mark.parametrize(
    ("value", "shown", "words"),
    [
        (Rude(), None, "put its data into state"),
        ({"a": Rude(), "b": 1}, {"a": None, "b": 1}, "test_values.Rude"),
        ({Rude(): 1, "b": 2}, {"<Rude>": 1, "b": 2}, ""),
        (RudeText("x"), None, "no text"),
        (Failing(), None, "its text can't be read"),
        ([Lazy(), 1], [None, 1], "AttributeError"),
        (cycle(), {"list": [None]}, "contains itself"),
        (object, None, "builtins.type"),
        ((n for n in ()), None, "generator"),
        (1j, None, "complex"),
        (bytes(MAX_BLOB_BYTES + 1), None, "15,728,641 bytes"),
    ],
    ids=lambda case: type(case).__name__[:20],
)
def test_what_cannot_go_is_null_and_said_with_its_path(value, shown, words):
    found, problems, _ = serialised(value)

    assert found == shown
    assert words in "".join(problem.text() for problem in problems)
    assert all(problem.text().startswith("state['v']") for problem in problems)
    assert bool(problems) == bool(words)


def test_depth_has_an_end_that_is_said():
    found, problems, _ = serialised(deep(90))
    assert json.dumps(found).count("bottom") == 1
    assert problems == []

    found, problems, _ = serialised(deep(300))
    assert "deeper than 100 levels" in problems[0].text()


PACKAGES = {
    "standard library": (
        (
            "import datetime, decimal, enum, uuid, pathlib, dataclasses\n"
            "D = dataclasses.make_dataclass('D', ['x'])\n"
            "value = [b'x', datetime.datetime(2024, 1, 1), decimal.Decimal(1), uuid.UUID(int=1), {1}, D(1)]"
        ),
        "shown[1:] == ['2024-01-01T00:00:00', '1', '00000000-0000-0000-0000-000000000001', [1], {'x': 1}]",
        set(),
    ),
    "numpy": (
        (
            "import numpy as np\n"
            "value = [np.float64('nan'), np.int8(3), np.bool_(True), np.str_('s'),\n"
            "  np.array([[1, 2], [3, 4]]), np.array(5), np.datetime64('2024-01-01'),\n"
            "  np.datetime64('NaT'), np.float32(0.5),\n"
            "  np.array(['2024-01-01T00:00', 'NaT'], dtype='datetime64[ns]'), np.array([np.inf, 1.0]),\n"
            "  np.array([{'a': 1}], dtype=object), np.timedelta64(3, 's'), np.array([True])]"
        ),
        (
            "shown == [None, 3, True, 's', [[1, 2], [3, 4]], 5, '2024-01-01', None, 0.5,"
            " ['2024-01-01T00:00:00.000000000', None], [None, 1.0], [{'a': 1}], '3 seconds', [True]]"
        ),
        set(),
    ),
    "pydantic": (
        (
            "import pydantic, datetime\n"
            "class Inner(pydantic.BaseModel):\n    when: datetime.date\n"
            "class Model(pydantic.BaseModel):\n    name: str\n    inner: list[Inner]\n"
            "value = Model(name='a', inner=[{'when': '2024-01-01'}])"
        ),
        "shown == {'name': 'a', 'inner': [{'when': '2024-01-01'}]}",
        set(),
    ),
    "PIL": (
        "from PIL import Image\nvalue = [Image.new(mode, (2, 2)) for mode in ('RGB', 'CMYK', 'F', 'P')]",
        (
            "all(name.endswith('.png') for name in shown) and"
            " all(blob[1].startswith(b'\\x89PNG') and blob[0] == 'image/png' for blob in blobs.values())"
        ),
        {"PIL"},
    ),
    "matplotlib": (
        "import matplotlib.figure\nvalue = matplotlib.figure.Figure()\nvalue.subplots().plot([1, 2])",
        "shown.endswith('.svg') and blobs[shown][0] == 'image/svg+xml' and b'<svg' in blobs[shown][1]",
        {"matplotlib"},
    ),
    "matplotlib, very many points": (
        (
            "import matplotlib.figure\nvalue = matplotlib.figure.Figure()\n"
            "value.subplots().plot(range(40_000), [i * 7919 % 101 for i in range(40_000)], '.')"
        ),
        "shown.endswith('.png') and blobs[shown][0] == 'image/png'",
        {"matplotlib"},
    ),
    "plotly": (
        (
            "import plotly.graph_objects as go\n"
            "class Mine(go.Figure):\n    pass\n"
            "value = [go.Figure(go.Scatter(y=[1, float('nan')])), Mine(go.Bar(y=[3]))]\n"
            "value.append(go.Figure(layout={'template': 'ggplot2'}))"
        ),
        (
            "[each['data'][0]['y'] for each in shown[:2]] == [[1, None], [3]]"
            " and ['template' in each['layout'] for each in shown] == [False, False, True]"
        ),
        {"plotly", "_plotly_utils"},
    ),
    "altair": (
        "import altair as alt\nvalue = alt.Chart(alt.Data(values=[{'x': 1}])).mark_bar().encode(x='x:Q')",
        "shown['mark']['type'] == 'bar' and shown['data']['values'] == [{'x': 1}]",
        {"altair"},
    ),
    "pandas": (
        (
            "import pandas as pd\n"
            "value = [pd.NaT, pd.NA, pd.Timestamp('2024-01-01'), pd.Timedelta(1, 's')]\n"
            "value.append(pd.DataFrame({'a': [1]}))"
        ),
        "shown[:4] == [None, None, '2024-01-01T00:00:00', 1.0] and shown[4]['$frame']['rows'] == [[1]]",
        {"pandas", "narwhals"},
    ),
    "polars": (
        (
            "import polars as pl\n"
            "value = [pl.DataFrame({'a': [1, None]}), pl.LazyFrame({'a': [2]}), pl.Series([3])]"
        ),
        "[each['$frame']['rows'] for each in shown] == [[[1], [None]], [[2]], [[3]]]",
        {"polars", "narwhals"},
    ),
    "pyarrow": (
        "import pyarrow as pa\nvalue = pa.table({'a': [1, None], 'b': ['x', 'y']})",
        "shown['$frame']['rows'] == [[1, 'x'], [None, 'y']]",
        {"pyarrow", "narwhals"},
    ),
}
SCRIPT = """
import sys
import mainspring.runtime.serve
from mainspring.runtime.expressions import MISSING, evaluate, find_key, key_text
from mainspring.runtime.serialise import Serialiser
import msgspec
heavy = {"numpy", "pandas", "polars", "pyarrow", "narwhals"}
heavy |= {"PIL", "matplotlib", "plotly", "altair", "pydantic"}
def loaded(): return {name.partition(".")[0] for name in sys.modules}
assert not loaded() & heavy, loaded() & heavy
exec(source, globals())
before = loaded() | set(sys.stdlib_module_names)
blobs = {}
serialiser = Serialiser(lambda name, kind, data: blobs.update({"blob/" + name: (kind, data)}))
shown = msgspec.json.decode(msgspec.json.encode(serialiser.plain(value)))
assert not serialiser.problems, serialiser.problems
assert eval(check), shown
new = {name for name in loaded() - before if name in heavy or not name.startswith("_")}
assert new <= allowed, new
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_values_of_a_package_are_shown_without_importing_any_other(package):
    source, check, allowed = PACKAGES[package]
    head = f"source, check, allowed = {source!r}, {check!r}, {allowed!r}\n"
    result = subprocess.run(
        [sys.executable, "-P", "-c", head + SCRIPT], capture_output=True, text=True, timeout=100
    )

    assert result.returncode == 0, result.stderr


class Drawing:
    def _repr_svg_(self):
        return "<svg xmlns='http://www.w3.org/2000/svg'/>"


class Photo:
    def _repr_png_(self):
        return b"\x89PNG\r\n\x1a\n"


class Styled:
    def _repr_svg_(self):
        return None

    def _repr_html_(self):
        return "<b>\ud800</b>"


def test_what_draws_itself_for_notebooks_is_shown_as_a_picture_or_as_marked_html():
    shown, problems, blobs = serialised([Drawing(), Photo(), Styled()])

    assert problems == []
    assert [blob[0] for blob in blobs.values()] == ["image/svg+xml", "image/png"]
    assert shown[0].endswith(".svg")
    assert shown[1].endswith(".png")
    assert shown[2] == {"$html": "<b>?</b>"}


def test_a_class_that_draws_itself_is_no_drawing():
    _, problems, _ = serialised(Drawing)

    assert len(problems) == 1


def test_a_key_is_found_by_the_text_under_which_pages_know_it():
    mapping = {Colour.RED: 1, Size.BIG: 2, dt.date(2024, 1, 1): 3, 4: 4, "5": 5, Text("t"): 6}

    assert [mapping[find_key(mapping, text)] for text in ("red", "big", "2024-01-01", "4", "5", "t")] == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip
    assert find_key(mapping, "RED") is MISSING
    assert type(key_text(Size.BIG)) is str
    assert evaluate("on @{d}", {"d": dt.date(2024, 1, 1)}) == "on 2024-01-01"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ({"10": "a", "2": "b"}, {"10": "a", "2": "b", "$keys": ["10", "2"]}),
        ({"x": 1, 7: 2}, {"x": 1, "7": 2, "$keys": ["x", "7"]}),
        ({"2": "b", "10": "a", "x": 1}, {"2": "b", "10": "a", "x": 1}),
        ({"07": 1, "x": 2, "²": 3}, {"07": 1, "x": 2, "²": 3}),
    ],
)
def test_the_order_of_keys_that_a_browser_would_lose_goes_with_them(value: object, sent: object) -> None:
    assert Serialiser(lambda *_: None).plain(value) == sent
