"""The sandbox as the kernel enforces it: a process shuts itself in, then tries everything that it must not."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from signage.audience import landlock
from signage.audience.sandbox import FORBIDDEN_ENVIRONMENT, SandboxError, check_environment, enter

PRISONER = """
import ctypes, json, os, socket, subprocess, sys, threading
from pathlib import Path
from signage.audience import sandbox
allowed, other, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
log = os.open(folder / "camera.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
enforced = sandbox.enter([folder / "model.bin"], [], [allowed])

def sends(flags):
    with socket.socket() as made:
        made.sendto(b"x", flags, ("127.0.0.1", other))

attempts = {
    "write the log": lambda: os.write(log, b"line"),
    "read the model": lambda: (folder / "model.bin").read_bytes(),
    "connect to the server": lambda: socket.create_connection(("127.0.0.1", allowed), 5).close(),
    "import numpy": lambda: __import__("numpy"),
    "truncate the log": lambda: os.truncate(folder / "camera.log", 0),
    "read the database": lambda: (folder / "signage.db").read_bytes(),
    "list the folder": lambda: os.listdir(folder),
    "write a file": lambda: (folder / "frame.jpg").write_bytes(b"x"),
    "overwrite the model": lambda: (folder / "model.bin").write_bytes(b"x"),
    "write to shared memory": lambda: Path("/dev/shm/frame.jpg").write_bytes(b"x"),
    "remove a file": lambda: (folder / "model.bin").unlink(),
    "read the checkout": lambda: os.listdir(sandbox._libraries()[0].parent),
    "connect to another port": lambda: socket.create_connection(("127.0.0.1", other), 5),
    "connect by fast open": lambda: sends(0x20000000),
    "listen": lambda: socket.create_server(("127.0.0.1", 0)),
    "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "udp6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC),
    "unix": lambda: socket.socket(socket.AF_UNIX),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "mptcp": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262),
    "start a program": lambda: subprocess.run(["/bin/true"]),
    "look up a name": lambda: socket.getaddrinfo("shelf.test", 80),
}

def outcome(attempt):
    try:
        attempt()
        return "done"
    except OSError as error:
        return type(error).__name__

found = {name: outcome(attempt) for name, attempt in attempts.items()}
thread = threading.Thread(target=lambda: found.update({"write from a thread": outcome(attempts["write a file"])}))
thread.start()
thread.join()
call = ctypes.CDLL(None, use_errno=True).syscall
found["io_uring"] = "done" if call(425, 1, ctypes.create_string_buffer(120)) >= 0 else os.strerror(ctypes.get_errno())
print(json.dumps({"found": found, "open": enforced.open, "abi": enforced.landlock_abi}))
"""
MAY = {"write the log", "read the model", "connect to the server", "import numpy"}


@pytest.fixture(scope="module")
def prisoner(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("prison")
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "signage.db").write_bytes(b"rows")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [str(each.getsockname()[1]) for each in (server, other)]
        done = subprocess.run(
            [sys.executable, "-c", PRISONER, *ports, str(folder)],
            env={"PATH": "/usr/bin"}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["camera.log", "model.bin", "signage.db"]
    assert (folder / "camera.log").read_text() == "line"
    return dict(json.loads(done.stdout))


def test_only_what_is_needed_is_still_possible(prisoner: dict[str, Any]) -> None:
    assert prisoner["abi"] >= landlock.TCP_FROM_ABI, "this kernel can't show what the sandbox does"
    found = prisoner["found"]
    assert {name for name, outcome in found.items() if outcome == "done"} == MAY


def test_the_rest_is_refused_by_the_kernel_and_not_by_chance(prisoner: dict[str, Any]) -> None:
    refused = {name: outcome for name, outcome in prisoner["found"].items() if name not in MAY}
    assert refused.pop("look up a name") == "gaierror"
    assert refused.pop("io_uring") == "Operation not permitted"
    assert set(refused.values()) == {"PermissionError"}, refused


def test_what_stays_open_is_said(prisoner: dict[str, Any]) -> None:
    assert prisoner["open"] == [
        "the TCP ports allowed can be reached at any address",
        "files and sockets that were open at the start stay open",
    ]


@pytest.mark.parametrize("name", FORBIDDEN_ENVIRONMENT)
def test_a_camera_given_an_address_of_data_does_not_start(name: str) -> None:
    with pytest.raises(SandboxError, match=name):
        check_environment({name: "redis://127.0.0.1", "PATH": "/usr/bin"})


def test_a_process_that_did_other_work_before_is_not_shut_in() -> None:
    held = {name: os.environ.pop(name) for name in FORBIDDEN_ENVIRONMENT if name in os.environ}
    try:
        with pytest.raises(SandboxError, match="numpy"):
            enter([Path("/")], [], [])
    finally:
        os.environ.update(held)
