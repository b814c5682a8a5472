"""An app's theme: what it sets, what can be read with it, and how it is written into its file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainspring.builder.editing.theme_edits import with_theme
from mainspring.builder.settings import SettingsError, load_settings
from mainspring.builder.web.looks import load_looks
from mainspring.builder.web.theme import Theme, contrast, theme_css, theme_problem

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
THEMES = st.builds(
    Theme,
    scheme=st.sampled_from(["auto", "light", "dark"]),
    accent=COLOURS | st.just(""),
    surface_dark=COLOURS | st.just(""),
    radius=st.integers(0, 24),
    density=st.sampled_from(["compact", "regular", "roomy"]),
    font=st.sampled_from(["sans", "serif", "mono", "rounded"]),
)


def test_a_theme_that_sets_nothing_is_no_style_sheet(tmp_path: Path) -> None:
    assert theme_css(Theme()) == ""
    assert load_looks(tmp_path, Theme()).sheets == ()


def test_each_setting_reaches_its_tokens() -> None:
    css = theme_css(Theme(accent="#0f766e", radius=10, density="compact", font="serif", text="#000000"))

    for line in (
        "--accent: #0f766e;",
        "--radius: 10px;",
        "--radius-panel: 20px;",
        "--control: 30px;",
        "--space-16: 11px;",
        "--text: #000000;",
    ):
        assert line in css
    assert "ui-serif" in css
    assert css.count("--accent:") == 3


@given(COLOURS)
def test_whatever_accent_is_chosen_its_text_and_its_dark_one_can_be_read(accent: str) -> None:
    css = theme_css(Theme(accent=accent))

    on = [line.split(": ")[1].rstrip(";") for line in css.splitlines() if "--on-accent" in line]
    accents = [line.split(": ")[1].rstrip(";") for line in css.splitlines() if "--accent:" in line]
    assert all(contrast(ink, ground) >= 4.5 for ink, ground in zip(on, accents, strict=True))
    assert contrast(accents[1], "#101318") >= 4.5
    for name in ("hover", "active"):
        grounds = [line.split(": ")[1].rstrip(";") for line in css.splitlines() if f"--accent-{name}" in line]
        assert all(contrast(ink, ground) >= 4.5 for ink, ground in zip(on, grounds, strict=True))


def test_text_that_could_not_be_read_is_a_problem() -> None:
    assert theme_problem(Theme()) is None
    assert "text on surface" in str(theme_problem(Theme(text="#dddddd")))
    assert "text_dark on surface_dark" in str(theme_problem(Theme(surface_dark="#ffffff")))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('accent = "red"', "line 2: theme.accent: write a colour as #rrggbb"),
        ('accent = "#112233\\n"', "write a colour"),
        ("radius = 99", "line 2: theme.radius"),
        ('density = "airy"', "density"),
        ('colour = "x"', "line 2: theme.colour: there is no such setting"),
        ('accent = "#ffeb3b"', "accent on surface can hardly be seen"),
        ('surface = "#8a8a8a"', "can hardly be read"),
        ('text = "#eeeeee"', "can hardly be read"),
    ],
)
def test_a_mistake_in_the_settings_is_named_at_the_start(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "mainspring.toml").write_text(f"[theme]\n{line}\n")

    with pytest.raises(SettingsError, match=r"mainspring\.toml") as error:
        load_settings(tmp_path)
    assert words in str(error.value)


FILE = """# Ours.
title = "Stock"  # what browsers show

[theme]  # seasonal
accent = "#112233"   # as in the logo
# roomy was too much
density = "regular"

[other]
"""


def test_only_the_lines_of_the_theme_change_and_comments_stay() -> None:
    made = with_theme(FILE, Theme(accent="#445566", radius=8))

    assert made == FILE.replace("#112233", "#445566").replace(
        "as in the logo\n", "as in the logo\nradius = 8\n"
    ).replace('density = "regular"\n', "")


def test_a_file_without_a_theme_gets_one_at_its_end_and_keeps_its_line_ends() -> None:
    assert with_theme("", Theme(radius=8)) == "[theme]\nradius = 8\n"
    assert with_theme("a = 1\r\n", Theme(font="mono")) == 'a = 1\r\n\r\n[theme]\r\nfont = "mono"\r\n'
    assert with_theme("a = 1\n", Theme()) == "a = 1\n"


def test_every_byte_that_is_not_the_themes_stays() -> None:
    odd = 'title = """x\u2028y\x85z"""  # \u2028\r\n\n[theme]\n# about other\n[other]'

    made = with_theme(odd, Theme(font="mono"))

    assert made == odd.replace("[theme]\n", '[theme]\nfont = "mono"\r\n')
    assert with_theme(made, Theme()) == odd
    assert with_theme("[theme]\nradius = 8", Theme(radius=9)) == "[theme]\nradius = 9"


def test_a_theme_in_another_form_is_left_alone() -> None:
    with pytest.raises(ValueError, match="edit the file"):
        with_theme('theme = {accent = "#112233"}\n', Theme())
    with pytest.raises(ValueError, match="edited"):
        with_theme("[theme\n", Theme(radius=8))


@given(THEMES, THEMES)
def test_what_is_written_is_what_is_read(first: Theme, second: Theme) -> None:
    text = with_theme(with_theme(FILE.replace("[other]\n", ""), first), second)

    assert msgspec.convert(tomllib.loads(text).get("theme", {}), Theme) == second
    assert text.startswith('# Ours.\ntitle = "Stock"  # what browsers show\n')


def test_the_example_of_the_guide_is_a_theme(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "themes.md").read_text("utf-8")
    (tmp_path / "mainspring.toml").write_text(guide.split("```toml\n")[1].split("```")[0])

    theme = load_settings(tmp_path).theme

    assert (theme.accent, theme.density, theme.font) == ("#0f766e", "compact", "serif")
