r"""A file's bytes as text for an editor, and back, so that what wasn't edited stays as it was.

Editors have ``\n`` only; files have other line ends, mixed ones, byte order marks, encodings and no
newline at the end. ``encode_text`` gives every unchanged line the end that it had.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from difflib import SequenceMatcher
from typing import Final

import msgspec

__all__ = ["Form", "NotText", "decode_text", "encode_text"]

_END: Final = re.compile(r"\r\n|\r|\n")
# Beyond this, lines in the middle of an edit get the file's usual end, not each its own: a matter of time.
_MAX_COMPARED_LINES: Final = 2_000


class NotText(Exception):
    """The bytes are no text that an editor could show, or the text has no bytes. The text says why."""


class Form(msgspec.Struct, frozen=True):
    r"""How a text lies in its file.

    Attributes:
        newline: The usual line end: ``\n``, ``\r\n`` or ``\r``.
        encoding: As Python names it; never ``utf-8-sig``.
        bom: Whether a UTF-8 byte order mark comes first.
    """

    newline: str = "\n"
    encoding: str = "utf-8"
    bom: bool = False


def decode_text(data: bytes, *, python: bool) -> tuple[str, Form]:
    """Return the text with line ends as ``\\n``, and its form.

    ``python``: the encoding is what PEP 263 says of the first two lines; otherwise UTF-8.

    Raises:
        NotText: The bytes aren't in that encoding, or hold NUL in a file that isn't Python.
    """
    text, form = _decode(data, python=python)
    return _END.sub("\n", text), form


def encode_text(text: str, before: bytes, *, python: bool) -> bytes:
    """Return the bytes of ``text`` as an edit of ``before``.

    Raises:
        NotText: A character has no place in the file's encoding; the message names it and its line.
    """
    try:
        old, form = _decode(before, python=python)
    except NotText:
        old, form = "", Form()
    text = _END.sub("\n", text)
    bom, encoding = form.bom, form.encoding
    if python:
        declared = _declared_encoding(text.encode("utf-8", "surrogatepass"), bom=bom)
        bom, encoding = (False, declared) if declared != "utf-8" else (bom, "utf-8")
    joined = _with_ends(text, old, form.newline)
    try:
        return (codecs.BOM_UTF8 if bom else b"") + joined.encode(encoding)
    except UnicodeEncodeError as error:
        line = len(_END.findall(joined[: error.start])) + 1
        raise NotText(
            f"line {line}: {joined[error.start]!a} can't be written in {encoding}, which this file is in"
        ) from error


def _decode(data: bytes, *, python: bool) -> tuple[str, Form]:
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    encoding = _declared_encoding(body, bom=bom) if python else "utf-8"
    if not python and b"\0" in body:
        raise NotText("it holds bytes that are no text")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise NotText(f"line {line}: byte {body[error.start]:#04x} is not {encoding}") from error
    return text, Form(_usual_end(text), encoding, bom)


def _declared_encoding(body: bytes, *, bom: bool) -> str:
    """What Python would read ``body`` in; UTF-8 where Python refuses, so that it can be mended."""
    if bom:
        return "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(body).readline)
        # Codecs such as rot13 or zlib turn text into text or bytes into bytes: Python refuses those too.
        "".encode(encoding)
    except (SyntaxError, LookupError, UnicodeError):
        return "utf-8"
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _usual_end(text: str) -> str:
    ends = _END.findall(text)
    return max(("\n", "\r\n", "\r"), key=ends.count)


def _with_ends(text: str, old: str, usual: str) -> str:
    """``text`` with each line's end as it stands in ``old``, new lines with the usual one."""
    ends = _END.findall(old)
    if ends.count(usual) == len(ends):
        return text.replace("\n", usual) if usual != "\n" else text
    lines, old_lines = text.split("\n"), _END.split(old)
    new_ends = [usual] * (len(lines) - 1)
    for new_start, old_start, size in _same_lines(lines, old_lines):
        for offset in range(size):
            if new_start + offset < len(new_ends) and old_start + offset < len(ends):
                new_ends[new_start + offset] = ends[old_start + offset]
    return "".join(line + end for line, end in zip(lines, [*new_ends, ""], strict=True))


def _same_lines(lines: list[str], old: list[str]) -> list[tuple[int, int, int]]:
    """Runs of lines that are the old ones or edits of them: where in both, and how many."""
    most = min(len(lines), len(old))
    head = 0
    while head < most and lines[head] == old[head]:
        head += 1
    tail = 0
    while tail < most - head and lines[-1 - tail] == old[-1 - tail]:
        tail += 1
    runs = [(0, 0, head), (len(lines) - tail, len(old) - tail, tail)]
    middle, old_middle = lines[head : len(lines) - tail], old[head : len(old) - tail]
    if max(len(middle), len(old_middle)) <= _MAX_COMPARED_LINES:
        matcher = SequenceMatcher(None, middle, old_middle, autojunk=False)
        for _, start, end, old_start, old_end in matcher.get_opcodes():
            runs.append((head + start, head + old_start, min(end - start, old_end - old_start)))
    return runs
