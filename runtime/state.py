"""State: what one session's handlers read and write, and what they have its page do."""

from __future__ import annotations

import copy
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from .tracked import TrackedDict, Tracker, clear_marks, unwrap

if TYPE_CHECKING:
    from .frontend_calls import FrontendCall

# What a page may import: a file of the app's own, by its plain path.
_ASSET: Final = re.compile(r"assets(?:/[^/\\?#%:\x00-\x1f]+)+")
# How long a function of the page may take to answer, unless its caller says otherwise.
FRONTEND_LIMIT_S: Final = 30.0


class State(TrackedDict):
    """The state of one session, and the class to derive from to let the editor know its elements:

    ``class AppState(State): counter: int = 0`` and ``init_state(AppState)``. Annotated elements can be
    read and written as attributes too.
    """

    _is_top = True
    _declared: ClassVar[Mapping[str, Any]] = {}
    _defaults: ClassVar[Mapping[str, Any]] = {}
    _actions: Callable[[dict[str, Any]], None] | None
    _blob: Callable[[Any], str] | None
    _calls: Callable[[dict[str, Any], float], FrontendCall] | None
    _imports: dict[tuple[str, str], dict[str, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        annotations = getattr(cls, "__annotations__", {}) if "__annotations__" in cls.__dict__ else {}
        own = {name: kind for name, kind in annotations.items() if name[0] != "_"}
        defaults = {}
        for name in own:
            if hasattr(State, name):
                what = "a method of state" if name in State.__dict__ else "a method of every dict"
                warnings.warn(f"{cls.__name__}.{name} is {what}: write state[{name!r}]", stacklevel=2)
            if name in cls.__dict__:
                defaults[name] = cls.__dict__[name]
                delattr(cls, name)
        cls._declared = {**cls._declared, **own}
        cls._defaults = {**cls._defaults, **defaults}

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        return dict.__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self._setup(Tracker())
        object.__setattr__(self, "_actions", None)
        object.__setattr__(self, "_blob", None)
        object.__setattr__(self, "_calls", None)
        object.__setattr__(self, "_imports", {})
        self.update({**self._defaults, **dict(*args, **kwargs)})

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and (name in self or name in self._declared):
            return self[name]
        raise AttributeError(f"state has no element or method {name!r}; write state[{name!r}]")

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self[name] = value

    def _act(self, action: str, **body: Any) -> None:
        if self._actions is None:
            raise RuntimeError(f"{action} needs a session: call it in a handler, on its own state")
        self._actions({"action": action, **body})

    def add_notification(self, type: str, title: str, message: str = "") -> None:  # noqa: A002
        """Show a notification. Body: ``{"action": "notify", "kind", "title", "message"}``.

        Args:
            type: ``"info"``, ``"success"``, ``"warning"`` or ``"error"``.
            title: Its first line, as text; what is no ``str`` is shown as ``str`` makes of it.
            message: What stands below the title; nothing while it is empty.

        Raises:
            ValueError: ``type`` is another.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        if type not in ("info", "success", "warning", "error"):
            raise ValueError(f"type is info, success, warning or error, not {type!r}")
        self._act("notify", kind=type, title=str(title), message=str(message))

    def file_download(self, data: Any, file_name: str) -> None:
        """Let the browser save a file. Body: ``{"action": "download", "url", "file_name"}``.

        Args:
            data: What is in the file: bytes, or a ``str``, which is written as UTF-8.
            file_name: The name under which the browser offers to save it.

        Raises:
            TypeError: ``data`` is neither text nor bytes.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        if isinstance(data, str):
            data = data.encode()
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"file_download takes text or bytes, not {data.__class__.__name__}")
        if self._blob is None:
            raise RuntimeError("file_download needs a session: call it in a handler, on its own state")
        self._act("download", url=self._blob(bytes(data)), file_name=str(file_name))

    def open_url(self, url: str) -> None:
        """Open an address in the browser. Body: ``{"action": "open_url", "url"}``.

        Args:
            url: Beginning with ``http://``, ``https://`` or ``mailto:``.

        Raises:
            ValueError: ``url`` begins otherwise.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        if not str(url).lower().startswith(("http://", "https://", "mailto:")):
            raise ValueError(f"open_url takes an http, https or mailto address, not {url!r}")
        self._act("open_url", url=str(url))

    def set_page(self, key: str) -> None:
        """Show another page, without route variables; the browser's Back returns.

        Body: ``{"action": "set_page", "key"}``.

        Args:
            key: The page's key, as the Builder shows it.

        Raises:
            ValueError: The app has no such page.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        self._act("set_page", key=str(key))

    def set_route_vars(self, route_vars: Mapping[str, Any]) -> None:
        """Set the route variables of the URL, all of them anew.

        Body: ``{"action": "set_route_vars", "route_vars"}``.

        Args:
            route_vars: Names with their values, which become texts; those that are ``None`` are left out.

        Raises:
            ValueError: There are more than 50, or names beyond 200 or values beyond 1,000 characters.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        texts = {str(k): str(v) for k, v in route_vars.items() if v is not None}
        if len(texts) > 50 or any(len(k) > 200 or len(v) > 1_000 for k, v in texts.items()):
            raise ValueError(
                "an address holds 50 route variables, with names of 200 and values of 1,000 characters"
            )
        self._act("set_route_vars", route_vars=texts)

    def import_stylesheet(self, key: str, path: str) -> None:
        """Load a style sheet of the app's, such as ``assets/theme.css``; one a ``key``, the last.

        Like the two other imports it may be called on what ``init_state`` returns: then it is for every
        session. Body: ``{"action": "import_stylesheet", "key", "path"}``.

        Args:
            key: The name under which a later call replaces the sheet.
            path: The file below ``assets/``.

        Raises:
            ValueError: ``path`` is not that of a file below ``assets/``.
        """
        self._import("import_stylesheet", key, path=_asset(path))

    def import_script(self, key: str, path: str) -> None:
        """Run a script of the app's, such as ``assets/chart.js``, once a ``key`` and path.

        Body: ``{"action": "import_script", "key", "path"}``.

        Args:
            key: A name of your choice for the script.
            path: The file below ``assets/``.

        Raises:
            ValueError: ``path`` is not that of a file below ``assets/``.
        """
        self._import("import_script", key, path=_asset(path))

    def import_frontend_module(self, key: str, specifier: str) -> None:
        """Load an ES module of the app's, such as ``assets/tools.js``, for ``call_frontend_function``.

        Body: ``{"action": "import_frontend_module", "key", "specifier"}``.

        Args:
            key: The name that ``call_frontend_function`` calls the module by.
            specifier: The file below ``assets/``.

        Raises:
            ValueError: ``specifier`` is not the path of a file below ``assets/``.
        """
        self._import("import_frontend_module", key, specifier=_asset(specifier))

    def call_frontend_function(
        self, module_key: str, name: str, args: Sequence[Any] = (), *, timeout: float = FRONTEND_LIMIT_S
    ) -> FrontendCall:
        """Call ``name`` of an imported module in the browser with ``args``; its result comes back.

        Async handlers write ``await state.call_frontend_function(…)``, others
        ``state.call_frontend_function(…).result()``; who needs no result does neither. A promise is waited
        for. Arguments and result are JSON; a result has at most 512 KB.
        Body: ``{"action": "call_frontend_function", "call", "module", "name", "args"}``.

        Args:
            module_key: The ``key`` that ``import_frontend_module`` was given.
            name: The function, as the module exports it.
            args: What the function gets, in order; each can be written as JSON.
            timeout: Seconds after which the call ends, whatever the browser does.

        Raises:
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
            TypeError: ``args`` is a text, not a list, or something in it is no JSON.
            FrontendError: The browser is gone, or too many calls are open. From the result: the function
                threw, there is none of that name, or it answered with what is no JSON.
            TimeoutError: From the result: the browser didn't answer in time.
        """
        if self._calls is None:
            raise RuntimeError(
                "call_frontend_function needs a session: call it in a handler, on its own state"
            )
        if isinstance(args, str | bytes):
            raise TypeError(f"args is a list of arguments, not {args!r}")
        body = {"action": "call_frontend_function", "module": str(module_key), "name": str(name)}
        return self._calls({**body, "args": list(args)}, timeout)

    def _import(self, action: str, key: str, **body: str) -> None:
        if self._actions is None:
            self._imports[action, str(key)] = {"action": action, "key": str(key), **body}
        else:
            self._actions({"action": action, "key": str(key), **body})

    def add_log_entry(self, type: str, title: str, message: str = "") -> None:  # noqa: A002
        """Write to the app's log. Pages see nothing.

        Args:
            type: ``"debug"``, ``"info"``, ``"warning"``, ``"error"`` or ``"critical"``; others count as info.
            title: The first line, as text.
            message: What stands below it; nothing while it is empty.

        Raises:
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        self._act("log", kind=type, title=str(title), message=str(message))


def _asset(path: str) -> str:
    text = str(path).removeprefix("/")
    if not _ASSET.fullmatch(text) or any(part in (".", "..") for part in text.split("/")):
        raise ValueError(f"pages import the app's own files, such as 'assets/theme.css', not {path!r}")
    return text


def new_state(initial: State) -> State:
    """Return a session's own deep copy of ``initial``."""
    values = copy.deepcopy(unwrap(initial))
    state = State.__new__(type(initial))
    State.__init__(state)
    object.__setattr__(state, "_imports", dict(initial._imports))
    for key in list(state):
        dict.__delitem__(state, key)
    state.update(values)
    clear_marks(state)
    return state


def check_copies(values: Mapping[Any, Any]) -> None:
    """Raise a ``TypeError`` that names the element of ``values`` which can't be copied for each session."""
    for key, value in values.items():
        try:
            copy.deepcopy(unwrap(value))
        except Exception as error:
            raise TypeError(
                f"init_state: {key!r} can't be copied for each session ({type(value).__name__}: {error}); "
                f"keep it in a global, or in state under a name set by a handler"
            ) from error
