"""Commands that run for all tests of a file: strangers come and go, the service stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from served_apps import Served, serve, write_served_app


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """``mainspring run`` of the app in ``served_apps``."""
    with serve(write_served_app(tmp_path_factory.mktemp("served") / "counter"), "run") as (served,):
        yield served


@pytest.fixture(scope="module")
def edit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    """``mainspring edit`` of it: the Builder, and the app's own origin."""
    with serve(write_served_app(tmp_path_factory.mktemp("edited") / "counter"), "edit") as (builder, preview):
        yield builder, preview
