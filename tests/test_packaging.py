"""The wheel and the sdist hold what they should, and nothing else.

``make test`` builds both and runs the tests on the installed wheel; so do these.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Final

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def wheel_files(packages: Path) -> set[str]:
    (wheel,) = packages.glob("*.whl")
    return {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}


def tracked(*folders: str) -> set[str]:
    """Files of the checkout that git knows, relative to its top."""
    listed = subprocess.run(
        ["git", "ls-files", "--", *folders], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


def test_the_wheel_holds_every_module_every_template_and_every_example(wheel_files: set[str]) -> None:
    expected = {
        f"mainspring/{name}" for name in tracked("builder", "runtime", "templates", "testing", "examples")
    }

    held = {name for name in wheel_files if name.startswith("mainspring/") and "/static/" not in name}

    assert held == expected


def test_of_the_front_end_the_wheel_holds_the_built_files_and_the_catalogue_only(
    wheel_files: set[str],
) -> None:
    held = {name.removeprefix("mainspring/") for name in wheel_files if "/static/" in name}
    catalogue = {name for name in tracked("static/components") if name.endswith(".toml")}

    built = held - catalogue

    assert catalogue <= held
    assert all(name.startswith("static/dist/") for name in built)
    assert {Path(name.removesuffix(".gz").removesuffix(".br")).suffix for name in built} <= {
        ".js",
        ".css",
        ".json",
    }


def test_the_manifest_names_files_that_are_there(packages: Path, wheel_files: set[str]) -> None:
    (wheel,) = packages.glob("*.whl")
    manifest = json.loads(zipfile.ZipFile(wheel).read("mainspring/static/dist/manifest.json"))

    assert {"app.js", "app.css", "builder.js", "builder.css"} <= manifest.keys()
    assert {f"mainspring/static/dist/{name}" for name in manifest.values()} <= wheel_files


def test_a_page_names_all_that_its_script_imports_at_once_and_that_is_little(packages: Path) -> None:
    (wheel,) = packages.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    folder = "mainspring/static/dist/"
    manifest = json.loads(archive.read(f"{folder}manifest.json"))
    imports = json.loads(archive.read(f"{folder}imports.json"))

    for entry in ("app.js", "builder.js"):
        named = imports[entry]
        texts = [archive.read(folder + name).decode() for name in (manifest[entry], *named)]
        found = {name for text in texts for name in re.findall(r'(?:from|import)"\./([\w.-]+\.js)"', text)}
        assert found == set(named)
        # Each file costs the service and the browser some milliseconds.
        assert len(named) <= 8


def test_scripts_and_styles_are_there_compressed_as_well_and_are_the_same(packages: Path) -> None:
    (wheel,) = packages.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    folder = "mainspring/static/dist/"
    names = {name for name in archive.namelist() if name.startswith(folder)}
    large = [
        name for name in names if name.endswith((".js", ".css")) and archive.getinfo(name).file_size > 200
    ]

    assert large
    for name in large:
        whole = archive.read(name)
        assert gzip.decompress(archive.read(f"{name}.gz")) == whole
        assert len(archive.read(f"{name}.br")) < len(whole)


def test_the_wheel_stays_small(packages: Path) -> None:
    (wheel,) = packages.glob("*.whl")

    assert wheel.stat().st_size <= 5 * 1024 * 1024


AS_ASKED_FOR: Final = (
    "[a-z]|names|compare|vim_keys|side_views|dialog_views|event_row|field_views|broken_pages|second_user"
)


def test_the_front_end_stays_within_its_budgets(packages: Path) -> None:
    (wheel,) = packages.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    folder = "mainspring/static/dist/"
    manifest = json.loads(archive.read(f"{folder}manifest.json"))
    sizes = {
        name.removeprefix(folder): len(gzip.compress(archive.read(name)))
        for name in archive.namelist()
        if name.startswith(folder)
        and name.endswith((".js", ".css"))
        # The icons of one letter, the list of their names, the view that compares two texts and vim's
        # keys come when somebody asks for them, as a picture would. So does what the Builder doesn't
        # show as it opens, with the code and the log: the other panes, dialogs and the tour, events of a
        # selection, pages that can't be read and the second user.
        and not re.search(rf"/chunk-({AS_ASKED_FOR})-\w+\.js$", name)
    }

    def loaded(*entries: str, later: bool) -> int:
        """Bytes of the entries and of what they import at once, or ``later`` as well, gzipped."""
        references = ('"./{}"',) if later else ('from"./{}"', 'import"./{}"')
        wanted, seen = [manifest[entry] for entry in entries], set[str]()
        while wanted:
            name = wanted.pop()
            if name in seen:
                continue
            seen.add(name)
            text = archive.read(folder + name).decode()
            wanted += [
                other for other in sizes if any(reference.format(other) in text for reference in references)
            ]
        return sum(sizes[name] for name in seen)

    assert loaded("app.js", "app.css", later=False) <= 60 * 1024
    assert loaded("builder.js", "builder.css", later=True) <= 250 * 1024


def test_no_other_top_level_name_is_installed(wheel_files: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_files}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"mainspring"}


def test_the_sdist_carries_sources_and_built_files_so_that_it_installs_without_node(packages: Path) -> None:
    (sdist,) = packages.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}

    assert tracked("builder", "runtime", "static", "templates", "examples", "scripts") <= names
    assert "static/dist/manifest.json" in names
    assert not any("node_modules" in name for name in names)


def test_the_tests_run_on_the_installed_wheel_in_ci() -> None:
    if not os.environ.get("CI"):
        pytest.skip("outside CI an editable installation is fine")
    import mainspring.runtime.protocol

    assert ROOT not in Path(mainspring.runtime.protocol.__file__).resolve().parents or "site-packages" in str(
        mainspring.runtime.protocol.__file__
    )
