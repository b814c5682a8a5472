"""The peer for the benchmark of several frameworks: its app serves, and its wire client clicks."""

from __future__ import annotations

import asyncio
import importlib.util
import tomllib
from pathlib import Path
from typing import Any

import aiohttp
from commands import open_command

PEER = Path(__file__).resolve().parent.parent / "benchmarks" / "harness_peer"


def wire(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"wire_{name}", PEER / "wire" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_peer_counts_the_clicks_of_its_wire_client() -> None:
    peer = tomllib.loads((PEER / "peers" / "mainspring" / "peer.toml").read_text(encoding="utf-8"))
    session_class = wire(peer["wire"]).Session
    async with (
        asyncio.timeout(30),
        open_command("run", PEER / "peers" / "mainspring" / "app", "--port", "0") as command,
        aiohttp.ClientSession() as http,
    ):
        session = await session_class.open(http, command.url.rstrip("/"))
        for _ in range(3):
            await session.event()
        await session.close()

    assert command.url
