"""Linux seccomp by ctypes: a BPF filter that leaves TCP as the only kind of socket, and no way to start a program.

It closes what Landlock does not cover: UDP and Unix sockets, other protocols, TCP Fast Open, io_uring (which opens
sockets without the system calls filtered here), and reading other processes.
"""

import ctypes
import errno
import os
import platform
import socket
import struct

PR_SET_SECCOMP, MODE_FILTER = 22, 2
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
MSG_FASTOPEN = 0x20000000
SOCKET_TYPE_MASK = 0xF  # the rest of the type are flags such as SOCK_CLOEXEC
X32_FROM = 0x40000000

# Per machine: its audit number and the numbers of the calls that matter here (from the kernel's tables).
_CALLS = {
    "x86_64": (
        0xC000003E,
        {"socket": 41, "sendto": 44, "sendmsg": 46, "sendmmsg": 307},
        # socketpair execve ptrace process_vm_readv process_vm_writev execveat io_uring_setup pidfd_getfd
        (53, 59, 101, 310, 311, 322, 425, 438),
    ),
    "aarch64": (
        0xC00000B7,
        {"socket": 198, "sendto": 206, "sendmsg": 211, "sendmmsg": 269},
        (199, 221, 117, 270, 271, 281, 425, 438),
    ),
}
_Step = tuple[int, int, int, int]  # code, jump if true, jump if false, value


def restrict() -> bool:
    """Install the filter for this thread and all made later; False on a machine whose call numbers aren't known here.

    `no_new_privs` has to be set before. Raises OSError when the kernel refuses.
    """
    if platform.machine() not in _CALLS:
        return False
    code = b"".join(struct.pack("HBBI", *step) for step in _program(*_CALLS[platform.machine()]))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.c_char_p(program), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")
    return True


def _program(architecture: int, calls: dict[str, int], refused: tuple[int, ...]) -> list[_Step]:
    """The filter as BPF steps. Each check either returns or falls through to the next."""
    refuse: _Step = (RETURN, 0, 0, REFUSE)
    allow: _Step = (RETURN, 0, 0, ALLOW)
    load_number: _Step = (LOAD, 0, 0, NUMBER_AT)
    steps: list[_Step] = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_EQUAL, 1, 0, architecture),
        refuse,
        load_number,
        (JUMP_AT_LEAST, 0, 1, X32_FROM),
        refuse,
    ]
    for number in refused:
        steps += [(JUMP_EQUAL, 0, 1, number), refuse]
    for name, flags in (("sendto", 3), ("sendmsg", 2), ("sendmmsg", 3)):
        steps += [(JUMP_EQUAL, 0, 4, calls[name]), _argument(flags), (JUMP_ANY_BIT, 0, 1, MSG_FASTOPEN), refuse, allow]
    return [
        *steps,
        (JUMP_EQUAL, 1, 0, calls["socket"]),
        allow,
        _argument(0),
        (JUMP_EQUAL, 2, 0, socket.AF_INET),
        (JUMP_EQUAL, 1, 0, socket.AF_INET6),
        refuse,
        _argument(1),
        (AND, 0, 0, SOCKET_TYPE_MASK),
        (JUMP_EQUAL, 1, 0, socket.SOCK_STREAM),
        refuse,
        _argument(2),
        (JUMP_EQUAL, 2, 0, 0),
        (JUMP_EQUAL, 1, 0, socket.IPPROTO_TCP),  # not MPTCP or SCTP: Landlock's ports hold for TCP alone
        refuse,
        allow,
    ]


def _argument(index: int) -> _Step:
    """Load the lower half of an argument of the call (the kernel looks at these as 32-bit numbers)."""
    return (LOAD, 0, 0, ARGUMENTS_AT + 8 * index)
