"""Imports follow a module of the app to its new name or folder, and mean what they meant."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from mainspring.builder.code.module_moves import ModuleEdit, MovedImports, module_of, moved_imports


def moved(text: str, old: str, new: str, path: str = "main.py", new_path: str = "") -> MovedImports:
    return moved_imports(text, path, new_path or path, old, new)


def applied(text: str, found: MovedImports) -> str:
    lines = text.split("\n")
    for edit in sorted(found.edits, reverse=True):
        line = lines[edit.line]
        lines[edit.line] = line[: edit.start] + edit.text + line[edit.end :]
    after = "\n".join(lines)
    ast.parse(after)
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import helpers\nhelpers.save()\n", "import tools\ntools.save()\n"),
        ("é = '😀'; import os, helpers as h\nh.save()\n", "é = '😀'; import os, tools as h\nh.save()\n"),
        ("from helpers import save\nsave()\n", "from tools import save\nsave()\n"),
        ("from helpers import *\n", "from tools import *\n"),
        (
            "def f():\n    import helpers\n    return helpers.save\n",
            "def f():\n    import tools\n    return tools.save\n",
        ),
        ("import helpers_2\nfrom helpers2 import x\n", "import helpers_2\nfrom helpers2 import x\n"),
        (
            "import importlib\nimportlib.import_module('helpers')\n",
            "import importlib\nimportlib.import_module('helpers')\n",
        ),
        # The old name means something else as well, or the new one means something already.
        (
            "import helpers\ndef f(helpers): return helpers\n",
            "import tools as helpers\ndef f(helpers): return helpers\n",
        ),
        ("import helpers\ntools = helpers.save\n", "import tools as helpers\ntools = helpers.save\n"),
        (
            "import helpers\nfrom x import tools\nhelpers.y\n",
            "import tools as helpers\nfrom x import tools\nhelpers.y\n",
        ),
        (
            "try:\n    import helpers\nexcept ImportError:\n    helpers = None\n",
            "try:\n    import tools as helpers\nexcept ImportError:\n    helpers = None\n",
        ),
    ],
)
def test_a_module_beside_main_gets_another_name(before: str, after: str) -> None:
    assert applied(before, moved(before, "helpers", "tools")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import shop.orders\nshop.orders.total()\nshop.VERSION\n",
            "import shop.sales\nshop.sales.total()\nshop.VERSION\n",
        ),
        ("import shop\nshop.orders.total()\n", "import shop\nshop.sales.total()\n"),
        ("import shop as s\ns.orders.total()\n", "import shop as s\ns.sales.total()\n"),
        ("import shop.orders as o\no.total()\n", "import shop.sales as o\no.total()\n"),
        ("from shop import orders, prices\norders.x\n", "from shop import sales, prices\nsales.x\n"),
        ("from shop.orders import total\n", "from shop.sales import total\n"),
        (
            "from shop import (\n    prices,\n    orders as o,\n)\n",
            "from shop import (\n    prices,\n    sales as o,\n)\n",
        ),
        (
            "from shop import orders\nsales = 1\norders.x\n",
            "from shop import sales as orders\nsales = 1\norders.x\n",
        ),
    ],
)
def test_a_module_of_a_package_gets_another_name(before: str, after: str) -> None:
    assert applied(before, moved(before, "shop.orders", "shop.sales")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from .orders import total\n", "from .sales import total\n"),
        ("from . import orders\norders.total()\n", "from . import sales\nsales.total()\n"),
        ("from . import prices, orders\n", "from . import prices, sales\n"),
    ],
)
def test_imports_with_dots_keep_their_dots(before: str, after: str) -> None:
    assert applied(before, moved(before, "shop.orders", "shop.sales", "shop/main.py")) == after


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("helpers", "lib.helpers", "import helpers\nhelpers.x\n", "import lib.helpers\nlib.helpers.x\n"),
        (
            "helpers",
            "lib.helpers",
            "import lib\nimport helpers\nhelpers.x\n",
            "import lib\nimport lib.helpers\nlib.helpers.x\n",
        ),
        (
            "helpers",
            "lib.helpers",
            "import helpers\nlib = helpers.x\n",
            "import lib.helpers as helpers\nlib = helpers.x\n",
        ),
        ("shop.orders", "orders", "from shop import orders\norders.x\n", "import orders\norders.x\n"),
        ("shop.orders", "orders", "from shop import orders as o\n", "import orders as o\n"),
        (
            "shop.orders",
            "orders",
            "from shop import orders, prices\n",
            "import orders; from shop import prices\n",
        ),
        (
            "shop.orders",
            "till.sales",
            "from shop import prices, orders\norders.x\n",
            "from till import sales; from shop import prices\nsales.x\n",
        ),
        (
            "shop.orders",
            "till.sales",
            "import shop.orders\nshop.orders.x\n",
            "import till.sales\ntill.sales.x\n",
        ),
        (
            "shop.orders",
            "till.sales",
            "import shop.orders\nshop.orders.x\nshop.V\n",
            "import shop, till.sales\ntill.sales.x\nshop.V\n",
        ),
        (
            "shop",
            "store",
            "import shop.orders\nfrom shop import V\nshop.orders.x\n",
            "import store.orders\nfrom store import V\nstore.orders.x\n",
        ),
    ],
)
def test_a_module_or_a_package_goes_elsewhere(old: str, new: str, before: str, after: str) -> None:
    assert applied(before, moved(before, old, new)) == after


def test_dots_lead_on_to_a_module_that_went_elsewhere_and_from_it_to_those_that_stayed() -> None:
    text = "from .orders import total\nfrom . import orders, prices\n"
    own = "from . import prices\nfrom .prices import tax\nfrom ..other import y\n"

    away = applied(text, moved(text, "shop.orders", "till.orders", "shop/main.py"))
    itself = applied(own, moved(own, "a.shop.orders", "a.orders", "a/shop/orders.py", "a/orders.py"))

    assert away == "from till.orders import total\nfrom till import orders; from . import prices\n"
    assert itself == "from .shop import prices\nfrom .shop.prices import tax\nfrom .other import y\n"


def test_files_of_a_package_that_moves_as_a_whole_find_each_other() -> None:
    text = "from .prices import tax\nfrom shop.prices import tax\nimport shop.prices\n"

    found = moved(text, "shop", "lib.store", "shop/orders.py", "lib/store/orders.py")

    assert (
        applied(text, found)
        == "from .prices import tax\nfrom lib.store.prices import tax\nimport lib.store.prices\n"
    )


def test_what_can_not_be_changed_safely_is_named() -> None:
    text = dedent("""
        import shop.orders

        def f(shop):
            return shop.orders.total()
    """)

    found = moved(text, "shop.orders", "till.orders")

    assert found.by_hand == (4,)
    assert "import till.orders" in applied(text, found)


def test_what_stands_in_f_strings_is_changed_or_the_name_is_kept() -> None:
    text = "import helpers\nprint(f'''\n{helpers.x}''')\n"

    after = applied(text, moved(text, "helpers", "tools"))

    assert after in (
        text.replace("helpers", "tools"),
        text.replace("import helpers", "import tools as helpers"),
    )


def test_strings_that_name_the_module_stay_and_are_told() -> None:
    text = "x = ['helpers', 'helpers.save', 'my helpers']\n"

    found = moved(text, "helpers", "tools")

    assert found.edits == ()
    assert found.mentioned == (ModuleEdit(0, 5, 5, ""), ModuleEdit(0, 16, 16, ""))


def test_what_is_no_python_says_so() -> None:
    with pytest.raises(SyntaxError):
        moved("import helpers\ndef (", "helpers", "tools")


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("shop.py", "shop"),
        ("shop/orders.py", "shop.orders"),
        ("shop", "shop"),
        ("a-b.py", None),
        ("x/a b.py", None),
        ("x/__init__.py", None),
        ("data.csv", None),
    ],
)
def test_how_a_file_is_imported(path: str, module: str | None) -> None:
    assert module_of(path) == module
