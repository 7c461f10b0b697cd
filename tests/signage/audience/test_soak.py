"""The camera process for as long as a visit, or half an hour: what it writes, what it holds, and a stream that stops."""

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from signage.demo.clip import Truth
from tests.signage.audience.process import finish, start
from tests.signage.audience.server import serving

pytestmark = [pytest.mark.soak, pytest.mark.timeout(2400)]
MINUTES = 30
MOST_MB, GROWTH_MB = 500, 5
# Every system call that puts bytes somewhere, or makes or changes a file, a name or a socket.
WRITING = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendmmsg,sendfile,splice,tee,vmsplice,copy_file_range"
MAKING = (
    "open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,"
    "unlinkat,rmdir,truncate,ftruncate,fallocate,chmod,fchmod,fchmodat,chown,fchown,setxattr,fsetxattr,memfd_create,"
    "socket,socketpair,bind,listen,execve,execveat,ptrace,shmget,msgsnd,mq_open,io_uring_setup"
)
SHUT_IN = "landlock_restrict_self"
STEADY = {"socket"}  # of MAKING: a TCP socket to the server, which WRITING is checked for


def test_for_a_minute_nothing_is_written_but_the_log_and_the_connection(
    clip: tuple[Path, Truth], tmp_path: Path, stop_at_the_end: list[subprocess.Popen[str]]
) -> None:
    strace = shutil.which("strace")
    assert strace, "this test needs strace"
    trace = tmp_path / "trace"
    traced = [
        strace,
        "-f",
        "-qq",
        "-z",
        "-yy",
        "-s",
        "0",
        "-e",
        f"trace={SHUT_IN},mmap,{WRITING},{MAKING}",
        "-o",
        str(trace),
    ]
    with serving() as received:
        process = start(clip[0], received, tmp_path, under=traced, loop=True)
        stop_at_the_end.append(process)
        received.wait_for(20, 600)
        time.sleep(60)
        [child] = psutil.Process(process.pid).children()
        child.terminate()
        assert finish(process) == 0
        port = received.port
    assert sum(each["present"] for each in received.snapshots) > 0
    lines = trace.read_text().splitlines()
    [shut_in] = [number for number, line in enumerate(lines) if SHUT_IN in line and line.endswith("= 0")]
    calls = [found for line in lines[shut_in + 1 :] if (found := re.match(r"\d+ +(\w+)\((.*)", line))]
    writes = {_target(call[2]) for call in calls if call[1] in WRITING.split(",")}
    assert {_kind(target, port) for target in writes} == {"connection", str(tmp_path / "camera.log")}, writes
    made = {(call[1], call[2]) for call in calls if call[1] in MAKING.split(",")}
    assert not {each for each in made if not _harmless(*each)}
    shared = [call[2] for call in calls if call[1] == "mmap" and "MAP_SHARED" in call[2] and "PROT_WRITE" in call[2]]
    assert shared == []


def _target(arguments: str) -> str:
    """Where the first descriptor of a call leads."""
    found = re.match(r"\d+<(.*?)>[,)]", arguments)
    return found[1] if found else arguments


def _kind(target: str, port: int) -> str:
    return "connection" if re.fullmatch(rf"TCP:\[.*->127\.0\.0\.1:{port}\]", target) else target


def _harmless(call: str, arguments: str) -> bool:
    """A file opened for reading, or a TCP socket."""
    if call in ("open", "openat", "openat2"):
        return not re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE", arguments)
    return call == "socket" and bool(re.match(r"AF_INET6?, SOCK_STREAM", arguments))


def test_memory_stays_where_it_is_for_half_an_hour(
    clip: tuple[Path, Truth], tmp_path: Path, stop_at_the_end: list[subprocess.Popen[str]]
) -> None:
    """Wanted: at most 500 MB, and no slope."""
    with serving() as received:
        process = start(clip[0], received, tmp_path, loop=True)
        stop_at_the_end.append(process)
        received.wait_for(60, 600)  # everything is loaded, somebody was seen
        held_mb = []
        for _ in range(MINUTES * 6):
            time.sleep(10)
            held_mb.append(psutil.Process(process.pid).memory_info().rss / 2**20)
        process.terminate()
        assert finish(process) == 0
    slope = np.polyfit(np.arange(len(held_mb)) / 360, held_mb, 1)[0]
    print(
        f"{max(held_mb):.0f} MB at most, {slope:+.2f} MB an hour; {held_mb[0]:.1f} at first, {held_mb[-1]:.1f} at last"
    )
    quarter = len(held_mb) // 4
    assert max(held_mb) <= MOST_MB
    assert np.mean(held_mb[-quarter:]) - np.mean(held_mb[:quarter]) <= GROWTH_MB, held_mb


@contextmanager
def stopping(data: bytes) -> Iterator[int]:
    """A network camera's port: each connection gets this, then nothing more for ten seconds, then it is closed."""

    def send(connection: socket.socket) -> None:
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: video/x-matroska\r\n\r\n" + data)
            stop.wait(10)

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=send, args=(connection,), daemon=True).start()

    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        stop.set()


def test_a_stream_that_stops_for_ten_seconds_is_told_as_lost_and_opened_again(
    clip: tuple[Path, Truth], tmp_path: Path, stop_at_the_end: list[subprocess.Popen[str]]
) -> None:
    with stopping(clip[0].read_bytes()[:1_000_000]) as port, serving() as received:
        process = start(f"http://127.0.0.1:{port}/stream.mkv", received, tmp_path)
        stop_at_the_end.append(process)

        def states() -> str:
            """ok lost ok …, each as often as it changed."""
            told = [each["camera"] for each in received.snapshots]
            return " ".join(state for n, state in enumerate(told) if not n or told[n - 1] != state)

        end = time.monotonic() + 90
        while "ok lost ok" not in states():
            assert time.monotonic() < end, states()
            time.sleep(0.2)
        process.terminate()
        assert finish(process) == 0
