"""A real nginx with TLS, with the configuration that the documents show, on free ports."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "shop.localhost"
LIMIT_S = 30


def nginx_program() -> str:
    """The one that ``make test`` found, one on PATH, or one that was unpacked before."""
    found = (
        os.environ.get("MAINSPRING_NGINX")
        or shutil.which("nginx")
        or shutil.which("nginx", path=f"/usr/sbin:{ROOT}/build/nginx/usr/sbin")
    )
    assert found, "no nginx: `scripts/find_nginx.sh --install` finds or unpacks one"
    return found


def documented(language: str, number: int = 0) -> str:
    """An example of ``docs/deploying.md``."""
    text = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return found[number]


def free_port() -> int:
    """A port for a server that is started later.

    It is none of those that the system gives to connections and to servers that take any: one of them
    might have it by then.
    """
    while True:
        port = random.randrange(12_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def open_nginx(folder: Path, site: str, more_locations: str = "") -> Iterator[str]:
    """Run nginx with ``site``, a part of the documents for ``shop.example.com``; yields its origin.

    Args:
        more_locations: Further parts of the documents, for the same server.
    """
    port = free_port()
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    site = site.replace("listen 443", f"listen 127.0.0.1:{port}").replace("shop.example.com", NAME)
    site = re.sub(r"(ssl_certificate\s+)\S+;", rf"\g<1>{certificate};", site)
    site = re.sub(r"(ssl_certificate_key\s+)\S+;", rf"\g<1>{key};", site)
    site = re.sub(r"\}\s*$", more_locations + "}\n", site)
    # Started by root, its workers would be somebody to whom this folder is closed.
    user = "user root;\n" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log stderr notice;\nworker_processes 1;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{site}}}\n",
        encoding="utf-8",
    )
    command = [nginx_program(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "start worker process " in line:
                break
        else:
            raise AssertionError(f"nginx did not start: {''.join(said)}")
        try:
            yield f"https://{NAME}:{port}"
        finally:
            process.terminate()
            process.communicate(timeout=LIMIT_S)
