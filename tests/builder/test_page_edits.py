"""Editing pages: one history a page, clients that don't see each other, and files that others change."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from mainspring.builder.pages.page_edits import (
    NoSuchPage,
    OperationConflict,
    PageChanged,
    PageEdits,
    PageNotSaved,
    PagesChanged,
    PageState,
)
from mainspring.builder.pages.page_states import PageChanges
from mainspring.builder.pages.tree import find, ids, walk
from mainspring.builder.pages.tree_operations import (
    Add,
    Batch,
    Delete,
    Link,
    Move,
    OperationError,
    Rename,
    SetField,
)
from mainspring.builder.pages.tree_store import StoredPage, decode_page, encode_page
from mainspring.runtime.protocol import Component
from page_trees import CATALOGUE, SAMPLE, as_json, button, page, with_parts


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    put(tmp_path, SAMPLE)
    return tmp_path


def put(app: Path, tree: Component, order: float = 1) -> None:
    (app / "pages" / f"{tree.id}.json").write_bytes(encode_page(tree, order, CATALOGUE))


def on_disk(app: Path, key: str = "main") -> Component:
    found = decode_page((app / "pages" / f"{key}.json").read_bytes(), key, CATALOGUE)
    assert isinstance(found, StoredPage)
    return found.component


def text_of(edits: PageEdits, id_: str) -> object:
    found = find(edits.pages["main"].component, id_)
    assert found is not None
    return found.fields.get("text")


def set_text(id_: str, text: str) -> SetField:
    return SetField(id=id_, field="text", value=text)


async def test_what_is_acknowledged_is_on_disk(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)

    edit = await edits.apply("main", Move(id="save", parent="column_2", index=0), 1)

    assert on_disk(app) == edit.page == edits.pages["main"].component
    assert (edit.revision, edit.changed_id, edit.undo) == (2, "save", "Move Save into Column 2")


async def test_what_a_killed_write_left_is_gone_at_the_next_start(app: Path) -> None:
    left = app / "pages" / ".0123456789abcdef.mainspring-tmp"
    left.write_bytes(b"half")

    PageEdits(app, CATALOGUE)

    assert not left.exists()


async def test_a_change_is_told_to_whoever_listens_until_they_stop(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    heard: list[PageChanged | PagesChanged] = []
    stop = edits.subscribe(heard.append)

    await edits.apply("main", set_text("save", "Store"), 1)
    stop()
    await edits.apply("main", set_text("save", "Keep"), 2)

    (change,) = heard
    assert isinstance(change, PageChanged)
    assert (change.key, change.revision, change.undo_label) == ("main", 2, "Change Text of Save")


async def test_an_operation_that_changes_nothing_is_no_step(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)

    edit = await edits.apply("main", set_text("save", "Save"), 1)

    assert (edit.revision, edit.undo) == (1, None)


async def test_undo_and_redo_go_through_the_history_by_name(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", Delete(id="cancel"), 1)
    await edits.apply("main", Rename(id="save", new_id="store"), 2)
    last = edits.pages["main"].component

    first = await edits.undo("main")
    second = await edits.undo("main")

    assert (first.undo, first.redo) == ("Delete Cancel", "Rename save to store")
    assert (second.undo, second.redo) == (None, "Delete Cancel")
    assert second.page == on_disk(app) == SAMPLE
    await edits.redo("main")
    again = await edits.redo("main")
    assert again.page == on_disk(app) == last
    with pytest.raises(OperationError, match="nothing to redo"):
        await edits.redo("main")


async def test_a_new_step_ends_what_could_be_done_again(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", Delete(id="cancel"), 1)
    await edits.undo("main")

    edit = await edits.apply("main", Delete(id="save"), 3)

    assert edit.redo is None


async def test_typing_in_one_field_is_one_step_until_one_pauses(app: Path) -> None:
    clock = Clock()
    edits = PageEdits(app, CATALOGUE, clock=clock)
    for revision, text in enumerate(("S", "St", "Sto"), 1):
        await edits.apply("main", set_text("save", text), revision)
        clock.now += 0.5
    clock.now += 10
    await edits.apply("main", set_text("save", "Store"), 4)

    assert (await edits.undo("main")).undo == "Change Text of Save"
    assert text_of(edits, "save") == "Sto"
    assert (await edits.undo("main")).undo is None
    assert text_of(edits, "save") == "Save"
    await edits.redo("main")
    assert text_of(edits, "save") == "Sto"


async def test_a_switch_pressed_twice_is_two_steps(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE, clock=Clock())
    await edits.apply("main", SetField(id="save", field="disabled", value=True), 1)
    await edits.apply("main", SetField(id="save", field="disabled", value=False), 2)

    state = await edits.undo("main")

    assert state.undo == "Change Disabled of Save"


async def test_typing_goes_on_as_a_new_step_after_an_undo(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE, clock=Clock())
    await edits.apply("main", set_text("save", "A"), 1)
    await edits.apply("main", set_text("cancel", "B"), 2)
    await edits.undo("main")
    await edits.apply("main", set_text("save", "C"), 4)

    await edits.undo("main")

    assert text_of(edits, "save") == "A"


# --- several clients -------------------------------------------------------------------------------


async def test_changes_of_different_things_merge(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", set_text("save", "Store"), 1, "a")
    await edits.apply("main", SetField(id="save", field="disabled", value=True), 1, "b")
    await edits.apply("main", Link(id="save", event="wf-click", handler="f"), 1, "c")
    await edits.apply("main", Add(component=button("new"), parent="column", index=0), 1, "d")
    edit = await edits.apply("main", Move(id="name", parent="column_2", index=0), 1, "e")

    save = find(edit.page, "save")
    assert save is not None
    assert (save.fields, save.on) == ({"text": "Store", "disabled": True}, {"wf-click": "f"})
    assert on_disk(app) == edit.page


@pytest.mark.parametrize(
    ("theirs", "mine", "reason"),
    [
        (set_text("save", "A"), set_text("save", "B"), "Text of “save” has changed in the meantime."),
        (Delete(id="save"), set_text("save", "B"), "“save” was deleted or renamed in the meantime."),
        (Delete(id="columns"), set_text("save", "B"), "“save” was deleted or renamed in the meantime."),
        (set_text("save", "A"), Delete(id="columns"), "Text of “save” has changed in the meantime."),
        (Add(component=button("new"), parent="column_2", index=0), Delete(id="columns"), "“new” was added"),
        (Rename(id="save", new_id="s"), Delete(id="save"), "“save” was deleted or renamed"),
        (Delete(id="columns"), Move(id="name", parent="column", index=0), "“column” was deleted"),
        (Move(id="save", parent="column_2", index=0), Move(id="save", parent="main", index=0), "was moved"),
        (
            Link(id="save", event="wf-click", handler="f"),
            Link(id="save", event="wf-click", handler="g"),
            "The handler of wf-click of “save” has changed in the meantime.",
        ),
    ],
)
async def test_changes_of_the_same_thing_are_a_conflict_that_is_named(
    app: Path,
    theirs: SetField | Delete | Add | Rename | Move | Link,
    mine: SetField | Delete | Move | Link,
    reason: str,
) -> None:
    edits = PageEdits(app, CATALOGUE)
    before = (await edits.apply("main", theirs, 1, "a")).page

    with pytest.raises(OperationConflict) as refused:
        await edits.apply("main", mine, 1, "b")

    assert reason in str(refused.value)
    assert on_disk(app) == before


async def test_a_client_is_in_nobodys_way_but_others(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", set_text("save", "A"), 1, "a")

    edit = await edits.apply("main", set_text("save", "B"), 1, "a")

    assert edit.revision == 3


async def test_a_place_is_counted_as_of_now(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", Add(component=button("first"), parent="column", index=0), 1, "a")

    edit = await edits.apply("main", Add(component=button("last"), parent="column", index=2), 1, "b")

    column = find(edit.page, "column")
    assert column is not None
    assert [child.id for child in column.children] == ["first", "save", "cancel", "last"]


@pytest.mark.parametrize("base", [-1, 0, 2, 57])
async def test_a_revision_that_never_was_is_a_conflict(app: Path, base: int) -> None:
    edits = PageEdits(app, CATALOGUE)

    with pytest.raises(OperationConflict, match="changed too much"):
        await edits.apply("main", set_text("save", "A"), base)


async def test_two_thousand_operations_of_two_clients_lose_nothing_that_was_acknowledged(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    luck = random.Random(11)
    seen: dict[str, PageState] = {client: edits.state("main") for client in "ab"}
    # What each client has put together from the changes that it was told.
    shown = {client: as_json(edits.state("main").page) for client in "ab"}
    texts: dict[str, str] = {}
    refused = 0

    def take(client: str) -> None:
        changes = edits.changes("main", seen[client].revision)
        assert isinstance(changes, PageChanges)
        shown[client] = with_parts(shown[client], as_json(changes.parts))
        seen[client] = edits.state("main")
        assert shown[client] == as_json(seen[client].page)

    for number in range(2_000):
        client = luck.choice("ab")
        state = seen[client]
        known = [component.id for component in walk(state.page)]
        buttons = [component.id for component in walk(state.page) if component.type == "button"]
        parent, index = luck.choice(known), luck.randrange(4)
        roll = luck.random()
        operation: SetField | Delete | Add | Move
        if roll < 0.5 and buttons:
            operation = set_text(luck.choice(buttons), f"text {number}")
        elif roll < 0.75:
            operation = Add(component=button(""), parent=parent, index=index)
        elif roll < 0.9:
            operation = Move(id=luck.choice(known), parent=parent, index=index)
        else:
            operation = Delete(id=luck.choice(buttons or known))
        try:
            edit = await edits.apply("main", operation, state.revision, client)
        except (OperationError, OperationConflict):
            refused += 1
            take(client)
            continue
        if isinstance(operation, SetField):
            texts[operation.id] = f"text {number}"
        for gone in texts.keys() - ids(edit.page):
            assert isinstance(operation, Delete)
            del texts[gone]
        # A client sees the other's work now and then only.
        if luck.random() < 0.5:
            take(client)

    end = edits.pages["main"].component
    assert {id_: text_of(edits, id_) for id_ in texts} == texts
    assert on_disk(app) == end
    assert len(list(walk(end))) == len(ids(end))
    assert 0 < refused < 1_500


async def test_a_number_for_a_switch_is_a_change_that_is_told(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    on = SetField(id="save", field="disabled", value=True)
    await edits.apply("main", on, 1)

    put(app, page(Component(id="save", type="button", fields={"disabled": 1}), button("other")))
    await edits.reload()

    changes = edits.changes("main", 2)
    assert isinstance(changes, PageChanges)
    assert {part.id: part.fields.get("disabled") for part in changes.parts} == {
        "main": None,
        "save": 1,
        "other": None,
    }


async def test_operations_at_once_are_done_one_after_the_other(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    add = Add(component=button("go"), parent="main", index=0)

    done = await asyncio.gather(*(edits.apply("main", add, 1) for _ in range(10)))

    assert sorted(edit.revision for edit in done) == list(range(2, 12))
    assert len({edit.changed_id for edit in done}) == 10


async def test_an_edit_whose_caller_goes_away_is_whole(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    caller = asyncio.create_task(edits.apply("main", Delete(id="save"), 1))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller

    await edits.close()

    assert edits.state("main").undo == "Delete Save"
    assert on_disk(app) == edits.pages["main"].component


# --- files that others change ----------------------------------------------------------------------


async def test_a_change_from_outside_is_taken_in_and_can_be_undone(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", set_text("save", "Store"), 1)
    mine = edits.pages["main"].component
    heard: list[PageChanged | PagesChanged] = []
    edits.subscribe(heard.append)

    put(app, page(button("other")))
    await edits.reload([app / "pages" / "main.json"])

    assert edits.pages["main"].component == page(button("other"))
    assert [type(change) for change in heard] == [PageChanged]
    state = await edits.undo("main")
    assert state.page == mine == on_disk(app)
    assert state.undo == "Change Text of Save"


async def test_our_own_write_is_no_change_from_outside(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", set_text("save", "Store"), 1)
    heard: list[PageChanged | PagesChanged] = []
    edits.subscribe(heard.append)

    await edits.reload([app / "pages" / "main.json", app / "main.py"])
    await edits.reload()

    assert heard == []


async def test_an_edit_merges_with_what_another_program_wrote_a_moment_ago(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    put(app, page(*SAMPLE.children, button("other")))

    edit = await edits.apply("main", set_text("save", "Store"), 1)

    assert {"other", "save"} <= ids(edit.page)
    assert text_of(edits, "save") == "Store"
    assert on_disk(app) == edit.page


async def test_an_edit_of_what_another_program_has_just_changed_is_a_conflict(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    put(app, page(button("save", "Theirs")))

    with pytest.raises(OperationConflict):
        await edits.apply("main", set_text("save", "Mine"), 1)

    assert text_of(edits, "save") == "Theirs"
    assert on_disk(app) == page(button("save", "Theirs"))


async def test_an_undo_does_not_overwrite_what_another_program_has_just_written(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", set_text("save", "Store"), 1)
    put(app, page(button("other")))

    with pytest.raises(OperationConflict, match="just been changed"):
        await edits.undo("main")

    assert on_disk(app) == page(button("other"))


async def test_a_broken_file_is_left_alone_and_its_history_goes_on_when_it_is_mended(app: Path) -> None:
    put(app, page(key="second"), order=2)
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", set_text("save", "Store"), 1)
    file = app / "pages" / "main.json"
    good = file.read_bytes()
    file.write_bytes(good[:50])

    with pytest.raises(NoSuchPage, match="line 5"):
        await edits.apply("main", set_text("save", "Keep"), 2)

    assert file.read_bytes() == good[:50]
    assert [found.key for found in edits.broken] == ["main"]
    assert list(edits.pages) == ["second"]
    await edits.apply("second", SetField(id="second", field="title", value="Two"), 1)
    file.write_bytes(good)
    await edits.reload()
    assert list(edits.pages) == ["main", "second"]
    assert edits.broken == ()
    assert (await edits.undo("main")).page == SAMPLE


async def test_pages_that_come_and_go_outside_come_and_go_here(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    heard: list[PageChanged | PagesChanged] = []
    edits.subscribe(heard.append)

    put(app, page(key="second"), order=0)
    await edits.reload([app / "pages" / "second.json"])
    (app / "pages" / "main.json").unlink()
    await edits.reload()

    came, went = heard
    assert isinstance(came, PagesChanged)
    assert [state.key for state in came.pages] == ["second", "main"]
    assert isinstance(went, PagesChanged)
    assert [state.key for state in went.pages] == ["second"]


async def test_a_disk_that_refuses_changes_nothing(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    file = app / "pages" / "main.json"
    before = file.read_bytes()
    elsewhere = app.parent / "elsewhere.json"
    elsewhere.write_bytes(before)
    file.unlink()
    file.symlink_to(elsewhere)

    with pytest.raises(PageNotSaved, match="a link out of the app"):
        await edits.apply("main", set_text("save", "Store"), 1)

    assert elsewhere.read_bytes() == before
    assert edits.pages["main"].component == SAMPLE
    assert edits.state("main").undo is None


# --- pages as a whole ------------------------------------------------------------------------------


async def test_a_new_page_stands_last_and_is_on_disk(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)

    state = await edits.create_page("orders", "Orders")

    assert list(edits.pages) == ["main", "orders"]
    assert state.order == 2
    assert on_disk(app, "orders").fields == {"title": "Orders"}


async def test_the_first_page_of_an_app_makes_the_folder(tmp_path: Path) -> None:
    edits = PageEdits(tmp_path, CATALOGUE)

    await edits.create_page("main")

    assert on_disk(tmp_path) == page()


@pytest.mark.parametrize("key", ["", "Main", "main", "2nd", "a/b", "../x", "api", "Static", "save", "x" * 65])
async def test_a_page_needs_a_name_that_can_be_one(app: Path, key: str) -> None:
    edits = PageEdits(app, CATALOGUE)

    with pytest.raises(OperationError):
        await edits.create_page(key)

    assert [file.name for file in (app / "pages").iterdir()] == ["main.json"]


async def test_a_page_that_was_deleted_comes_back_with_its_history(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", set_text("save", "Store"), 1)
    before = edits.pages["main"].component

    await edits.delete_page("main")
    gone = not (app / "pages" / "main.json").exists()
    state = await edits.undo("main")

    assert gone
    assert state.page == before == on_disk(app)
    assert state.undo == "Change Text of Save"


async def test_a_page_that_was_changed_outside_is_not_deleted(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    put(app, page(button("other")))

    with pytest.raises(OperationConflict):
        await edits.delete_page("main")

    assert on_disk(app) == page(button("other"))


async def test_ids_are_unique_over_all_pages(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.create_page("second")

    edit = await edits.apply("second", Add(component=button("save"), parent="second", index=0), 1)

    assert edit.changed_id == "save_2"
    with pytest.raises(OperationError, match="in use already"):
        await edits.apply("second", Rename(id="save_2", new_id="name"), 2)


async def test_several_operations_are_one_step_and_merge_with_what_others_did(app: Path) -> None:
    edits = PageEdits(app, CATALOGUE)
    await edits.apply("main", Add(component=button("theirs"), parent="column", index=0), 1, "b")
    both = Batch(
        label="Move 2 components",
        operations=(
            Move(id="save", parent="column_2", index=0),
            Move(id="cancel", parent="column_2", index=1),
        ),
    )

    edit = await edits.apply("main", both, 1, "a")
    undone = await edits.undo("main")

    assert (edit.undo, edit.changed_id) == ("Move 2 components", "save")
    column = find(undone.page, "column")
    assert column is not None
    assert [child.id for child in column.children] == ["theirs", "save", "cancel"]
    with pytest.raises(OperationConflict, match="Text of “theirs” has changed"):
        await edits.apply("main", set_text("theirs", "x"), 2, "b")
        await edits.apply(
            "main", Batch(label="", operations=(set_text("theirs", "y"), Delete(id="save"))), 2, "a"
        )
