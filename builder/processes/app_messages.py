"""What passes between an app and those who serve it, whichever of its processes that is."""

from __future__ import annotations

from mainspring.runtime.protocol import (
    Action,
    Blob,
    CancelEvent,
    Changes,
    CloseSession,
    Done,
    Event,
    FrontendResult,
    Happened,
    Inspect,
    Inspected,
    Navigate,
    OpenSession,
    ReadRows,
    Remembered,
    Replay,
    Resync,
    Rows,
    Snapshot,
    Touched,
    UploadsHeld,
    Verified,
    Verify,
)

__all__ = ["FromApp", "ToApp"]

ToApp = (
    Verify
    | OpenSession
    | CloseSession
    | Resync
    | Event
    | ReadRows
    | Navigate
    | FrontendResult
    | CancelEvent
    | Inspect
    | Replay
)
FromApp = (
    Verified
    | Snapshot
    | Changes
    | Blob
    | UploadsHeld
    | Action
    | Done
    | Rows
    | Inspected
    | Touched
    | Remembered
    | Happened
)
