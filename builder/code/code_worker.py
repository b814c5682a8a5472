"""The process in which jedi lives: one thread, one call at a time. It can be killed at any moment.

``python -P -m mainspring.builder.code.code_worker APP_PATH WORK_FOLDER NICENESS [ENVIRONMENT]``: questions
come on stdin, answers go to stdout (``code_messages`` has the frames). It ends with its stdin, in a call too.
"""

from __future__ import annotations

import os
import queue
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import BinaryIO, Final

from mainspring.builder.code.code_answers import CodeAnswers
from mainspring.builder.code.code_messages import HEADER, PING, READY, Answer, Ask, decode_ask, frame

# What everybody asks for: what is read for these is warm for the rest of the process's life.
_WARM_UP: Final = ("import os\nos.", "from typing import Any\nstate: dict[str, Any]\nstate.", "''.")


def main(app_path: str, work_folder: str, niceness: str, environment: str = "") -> None:
    if hasattr(os, "nice"):
        os.nice(int(niceness))
    questions, answers = _take_pipes()
    waiting: queue.SimpleQueue[Ask] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(questions, waiting, answers), daemon=True).start()
    folder = Path(tempfile.mkdtemp(dir=work_folder))
    code = CodeAnswers(Path(app_path), folder, Path(environment) if environment else None)
    for text in _WARM_UP:
        line, character = text.count("\n"), len(text.split("\n")[-1])
        _answer(code, Ask(READY, "textDocument/completion", "main.py", text, line, character))
    _write(answers, Answer(READY))
    while True:
        _write(answers, _answer(code, waiting.get()))


def _answer(code: CodeAnswers, ask: Ask) -> Answer:
    try:
        return Answer(ask.number, code.answer(ask), "", peak_mb())
    except Exception as error:
        # jedi fails on some code in every way that there is; that is an answer, not the end.
        return Answer(ask.number, None, f"{type(error).__name__}: {error}"[:500], peak_mb())


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for ourselves: whatever prints in this process must not damage the frames."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return questions, answers


def _read(questions: BinaryIO, waiting: queue.SimpleQueue[Ask], answers: BinaryIO) -> None:
    while True:
        header = questions.read(HEADER.size)
        size = HEADER.unpack(header)[0] if len(header) == HEADER.size else 0
        body = questions.read(size)
        if not size or len(body) < size:
            # The service is gone; a call of jedi may go on for ever, and nobody waits for it.
            os._exit(0)
        ask = decode_ask(body)
        if ask.method == PING:
            _write(answers, Answer(ask.number, time.process_time()))
        else:
            waiting.put(ask)


_writing = threading.Lock()


def _write(answers: BinaryIO, answer: Answer) -> None:
    rest = memoryview(frame(answer))
    with _writing:
        while rest:
            rest = rest[answers.write(rest) or 0 :]


def peak_mb() -> float:
    """Return the most memory that this process has had, in MB; 0.0 where nobody says."""
    if sys.platform == "win32":
        return 0.0
    # On Linux, what getrusage says begins with what the process had that started this one.
    if (status := Path("/proc/self/status")).exists():
        _, known, told = status.read_text("utf-8", "replace").partition("VmHWM:")
        return int(told.split()[0]) / 1024 if known else 0.0
    import resource

    # Bytes on macOS, kilobytes elsewhere.
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


if __name__ == "__main__":
    main(*sys.argv[1:])
