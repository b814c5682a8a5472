"""What can be wrong with a file that somebody wants to read, write or move, in sentences for that person."""

from __future__ import annotations

__all__ = ["FileProblem", "NoSuchFile", "NotEditable", "NotSaved", "TakenPath", "not_saved", "too_large"]


class FileProblem(Exception):
    """Something about a file that whoever asked has to know. ``path`` names the file."""

    code = "file"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class NoSuchFile(FileProblem):
    code = "no_file"


class NotEditable(FileProblem):
    """It is a folder, a device, too large, or no text; or a text that can't be written in its encoding."""

    code = "not_editable"


class TakenPath(FileProblem):
    code = "taken"


class NotSaved(FileProblem):
    """The disk refused; the file is as it was."""

    code = "not_saved"


def not_saved(path: str, error: OSError) -> NotSaved:
    """What a disk's refusal of a write means to whoever wanted it."""
    return NotSaved(path, f"{path} was not saved, the disk says: {error.strerror or error}.")


def too_large(size: int) -> str:
    """Words for a size in bytes that is beyond an editor."""
    return f"{size / 1_000_000:.1f} MB, more than an editor for text takes"
