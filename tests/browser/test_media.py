"""Film and sound: bytes in state and assets that play, searching through them, and what can't be played."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, write_app
from commands import open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECONDS = 60
MAIN = """
    from pathlib import Path

    from mainspring.runtime import init_state

    TONE = Path(__file__).parent / "assets" / "tone.wav"
    init_state({"tone": TONE.read_bytes(), "film": None, "where": "https://films.example.org/a.webm"})


    def show(state):
        state["film"] = (Path(__file__).parent / "assets" / "film.webm").read_bytes()
"""
# A red square for a few frames, as the browser's own encoder writes it.
RECORD = """async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    const context = canvas.getContext("2d");
    const stream = canvas.captureStream(0);
    const recorder = new MediaRecorder(stream, { mimeType: "video/webm;codecs=vp8" });
    const pieces = [];
    const pieceCame = () => new Promise((resolve) => recorder.addEventListener("dataavailable", resolve, { once: true }));
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.start();
    while (!pieces.some(({ size }) => size > 0)) {
        context.fillStyle = "red";
        context.fillRect(0, 0, 64, 48);
        stream.getVideoTracks()[0].requestFrame();
        await new Promise(requestAnimationFrame);
        const came = pieceCame();
        recorder.requestData();
        await came;
    }
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
}"""  # noqa: E501


def tone() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 22_050, 0, "NONE", ""))
        sound.writeframes(bytes(2 * 22_050 * SECONDS))
    return file.getvalue()


def player(name: str, type_: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "type": type_, "fields": fields}


MEDIA = [
    button("show", "show"),
    player("blob", "audio_player", src="@{tone}", label="From state", loop=True),
    player("asset", "audio_player", src="assets/tone.wav", label="From assets"),
    player("film", "video_player", src="@{film}", label="Film", autoplay=True, poster="assets/poster.png"),
]
WRONG = [
    player("gone", "audio_player", src="assets/gone.mp3", label="Gone"),
    player("evil", "video_player", src="javascript:alert(1)", label="Evil"),
    player("abroad", "video_player", src="@{where}", label="Abroad"),
    player("empty", "video_player", label="Empty"),
    player("picture", "image", src="assets/gone.png", alt="Gone"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    app = write_app(tmp_path_factory.mktemp("media") / "app", MAIN, media=MEDIA, wrong=WRONG)
    (app / "assets").mkdir()
    (app / "assets" / "tone.wav").write_bytes(tone())
    return app


@pytest_asyncio.fixture(loop_scope="session")
async def origin(folder: Path) -> AsyncIterator[str]:
    async with open_command("run", folder, "--port", "0") as command:
        yield command.origin


@pytest.mark.parametrize("name", ["From state", "From assets"])
async def test_sound_plays_and_can_be_searched_through(page: Page, origin: str, name: str) -> None:
    await page.goto(f"{origin}/media")
    sound = page.locator(f"audio[aria-label='{name}']")
    await expect(sound).to_have_js_property("duration", SECONDS)

    asked = await sound.evaluate(
        """(sound, at) => new Promise((resolve) => {
            sound.onseeked = () => resolve(sound.currentTime);
            sound.currentTime = at;
        })""",
        SECONDS - 5,
    )

    assert asked == SECONDS - 5
    assert await sound.evaluate("(sound) => sound.loop") == (name == "From state")
    got = await page.evaluate(
        """(url) => fetch(url, { headers: { Range: 'bytes=0-3' } })
            .then(async (got) => [got.status, await got.text()])""",
        await sound.get_attribute("src"),
    )
    assert got == [206, "RIFF"]


async def test_a_film_in_state_starts_by_itself_without_sound(page: Page, origin: str, folder: Path) -> None:
    await page.goto(f"{origin}/media")
    await expect(page.locator("video")).to_have_count(0)
    (folder / "assets" / "film.webm").write_bytes(base64.b64decode(await page.evaluate(RECORD)))

    await page.get_by_role("button", name="Show").click()

    film = page.locator("video[aria-label=Film]")
    await expect(film).to_have_js_property("videoWidth", 64)
    await expect(film).to_have_js_property("muted", True)
    await film.evaluate(
        "(film) => film.played.length || new Promise((resolve) => (film.onplaying = resolve))"
    )
    kind = await film.evaluate("(film) => fetch(film.src).then((r) => r.headers.get('Content-Type'))")
    assert kind == "video/webm"


async def test_what_can_not_be_played_says_so(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/wrong")

    gone, evil, abroad = (page.locator(f"[data-component={name}]") for name in ("gone", "evil", "abroad"))
    await expect(gone.get_by_role("alert")).to_contain_text("It isn't there")
    await expect(evil.get_by_role("alert")).to_have_text("This address can't be played.")
    await expect(evil.locator("video")).to_have_count(0)
    await expect(abroad.get_by_role("alert")).to_contain_text("It isn't there")
    await expect(page.locator("[data-component=empty]")).to_have_count(0)
    picture = page.locator("[data-component=picture]")
    await expect(picture.get_by_role("alert")).to_contain_text("This picture can't be shown")


async def test_film_comes_only_from_where_the_app_says(page: Page, origin: str, folder: Path) -> None:
    got = await page.goto(f"{origin}/wrong")
    assert got is not None
    assert "media-src 'self' data: blob:;" in got.headers["content-security-policy"]
    (folder / "mainspring.toml").write_text('media_origins = ["https://films.example.org"]')

    async with open_command("run", folder, "--port", "0") as command:
        got = await page.goto(f"{command.origin}/wrong")

    assert got is not None
    assert "media-src 'self' data: blob: https://films.example.org;" in got.headers["content-security-policy"]
    (folder / "mainspring.toml").unlink()
