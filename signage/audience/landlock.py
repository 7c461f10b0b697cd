"""Linux Landlock by ctypes: the calling process may read only these paths and connect only to these TCP ports.

It needs no privilege, lasts for the life of the process and holds for threads and children made later. What it can't
do depends on the kernel's version of it (ABI); docs.kernel.org/userspace-api/landlock.html.
"""

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
VERSION_FLAG = 1
RULE_PATH, RULE_PORT = 1, 2
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
ALL_OF_ABI_1 = (1 << 13) - 1
CONNECT_TCP = 1 << 1
BIND_TCP = 1 << 0
SCOPE_ABSTRACT_UNIX, SCOPE_SIGNAL = 1 << 0, 1 << 1

TCP_FROM_ABI, SCOPE_FROM_ABI = 4, 6


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


class _PortRule(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """Landlock's version in this kernel, 0 when it has none or it is switched off."""
    found: int = _libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG))
    return max(0, found)


def restrict(readable: Iterable[Path], devices: Iterable[Path], ports: Iterable[int]) -> int:
    """Close everything else for this thread and all made later; returns the ABI used (0: nothing was done).

    `readable`: files and folders (with all below) to read; `devices`: device nodes to read, write and control; `ports`:
    TCP ports to connect to, at any address (Landlock can't name hosts). Paths that don't exist are passed over.
    Raises OSError when the kernel has Landlock but refuses.
    """
    version = abi()
    if version == 0:
        return 0
    files = ALL_OF_ABI_1 | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    files |= IOCTL_DEV if version >= 5 else 0
    rules = _Ruleset(
        fs=files,
        net=CONNECT_TCP | BIND_TCP if version >= TCP_FROM_ABI else 0,
        scoped=SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL if version >= SCOPE_FROM_ABI else 0,
    )
    size = ctypes.sizeof(_Ruleset) if version >= SCOPE_FROM_ABI else (16 if version >= TCP_FROM_ABI else 8)
    ruleset = _check(_libc.syscall(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)))
    try:
        for path in readable:
            _allow_path(ruleset, path, READ_FILE | READ_DIR)
        for path in devices:
            _allow_path(ruleset, path, (READ_FILE | WRITE_FILE | IOCTL_DEV) & files)
        for port in ports if version >= TCP_FROM_ABI else ():
            rule = _PortRule(allowed=CONNECT_TCP, port=port)
            _check(_libc.syscall(ADD_RULE, ruleset, RULE_PORT, ctypes.byref(rule), ctypes.c_uint32(0)))
        forbid_new_privileges()
        _check(_libc.syscall(RESTRICT_SELF, ruleset, ctypes.c_uint32(0)))
    finally:
        os.close(ruleset)
    return version


def forbid_new_privileges() -> None:
    """No set-uid program may lift what is set here; the kernel asks for this first. Raises OSError."""
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def _allow_path(ruleset: int, path: Path, allowed: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(folder).st_mode):
            allowed &= ~READ_DIR  # the kernel refuses rights of folders on a file
        rule = _PathRule(allowed=allowed, parent_fd=folder)
        _check(_libc.syscall(ADD_RULE, ruleset, RULE_PATH, ctypes.byref(rule), ctypes.c_uint32(0)))
    finally:
        os.close(folder)


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
