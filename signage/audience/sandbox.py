"""The camera process shuts itself in before it opens a picture: reads named paths, talks to named ports, writes nothing.

Has to run before numpy, cv2 and onnxruntime are imported: their threads would stay outside.
"""

import os
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from signage.audience import landlock, seccomp

# A camera has no business with a database or Redis: whoever starts it drops these from its environment.
FORBIDDEN_ENVIRONMENT = (
    "REDIS_URL", "SHELFCAST_DATABASE_URL", "SHELFCAST_HISTORY_URL", "SHELFCAST_SECRET_KEY",
    "RECOMMENDER_URL", "SHELFCAST_RECOMMENDER_KEY",
)  # fmt: skip
# What the interpreter and the vision libraries read while they load and run.
SYSTEM_READS = (
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/etc/ld.so.cache",
    "/etc/localtime", "/etc/ssl", "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/proc/self/statm",
    "/sys/devices", "/sys/bus/pci/devices",
)  # fmt: skip
TOO_EARLY = ("numpy", "cv2", "onnxruntime")


class SandboxError(Exception):
    """The process is not in a state in which it can be shut in; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Enforced:
    """What holds from now on; `open`: plain sentences about what does not."""

    landlock_abi: int
    files: bool
    tcp_ports: bool
    sockets: bool
    open: tuple[str, ...]

    def lines(self) -> list[str]:
        """For reading: each thing that can be enforced and whether it is, then what stays open."""
        told = {
            "files: only the interpreter, its libraries and the models can be read, nothing written": self.files,
            "TCP: only the server's port, and a network camera's, can be reached": self.tcp_ports,
            "UDP, Unix sockets, starting programs, reading other processes: refused": self.sockets,
        }
        yes = [f"{'enforced' if holds else 'NOT enforced':<13}{what}" for what, holds in told.items()]
        return [f"Landlock version {self.landlock_abi} (0: none)", *yes, *(f"{'open':<13}{what}" for what in self.open)]


def check_environment(environment: Mapping[str, str]) -> None:
    """Raise SandboxError when the process was given an address or key that a camera must not have."""
    held = [name for name in FORBIDDEN_ENVIRONMENT if environment.get(name)]
    if held:
        raise SandboxError(f"a camera process must not be given {', '.join(held)}: start it without")


def enter(readable: Iterable[Path], devices: Iterable[Path], ports: Iterable[int]) -> Enforced:
    """Shut this process in; it may then read the interpreter, its libraries, `signage` and `readable`.

    `devices`: a webcam's node. `ports`: TCP ports to connect to. Raises SandboxError when libraries or threads are
    already there, or the environment holds what it must not.
    """
    check_environment(os.environ)
    loaded = [name for name in TOO_EARLY if name in sys.modules]
    threads = len(os.listdir("/proc/self/task"))
    if loaded or threads > 1:
        found = f"{', '.join(loaded) or 'nothing'} loaded and {threads} threads running"
        raise SandboxError(f"the camera has to start in a process of its own before any other work: {found}")
    landlock.forbid_new_privileges()
    abi = landlock.restrict([*_libraries(), *readable], devices, ports)
    sockets = seccomp.restrict()
    return Enforced(
        landlock_abi=abi,
        files=abi > 0,
        tcp_ports=abi >= landlock.TCP_FROM_ABI,
        sockets=sockets,
        open=tuple(_still_open(abi, sockets)),
    )


def _libraries() -> list[Path]:
    """Folders of this interpreter and its packages; of a checkout only the package itself, never the data beside it."""
    package = Path(__file__).resolve().parent.parent
    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return [package, *(Path(folder) for folder in sorted(folders)), *(Path(path) for path in SYSTEM_READS)]


def _still_open(abi: int, sockets: bool) -> list[str]:
    found = []
    if abi == 0:
        found.append("this kernel has no Landlock: files and TCP ports are not restricted")
    elif abi < landlock.TCP_FROM_ABI:
        found.append(f"Landlock {abi} of this kernel does not cover TCP: any port can be reached")
    else:
        found.append("the TCP ports allowed can be reached at any address")
    if not sockets:
        found.append("the system calls of this machine are not known here: UDP and Unix sockets are not restricted")
    found.append("files and sockets that were open at the start stay open")
    return found
