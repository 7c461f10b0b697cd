"""Who uses a data directory: those that run on it share it, a restore wants it for itself. The lock goes with the process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(RuntimeError):
    """Something runs on this data directory. str() says what to do."""


def share(data_dir: Path) -> int:
    """Hold it as one of those that run on it, until the process ends -> the lock's descriptor. Raises InUse."""
    return _locked(data_dir, fcntl.LOCK_SH, f"{data_dir} is being restored. Try again when that is over.")


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Nobody else runs on it meanwhile. Raises InUse."""
    if not data_dir.is_dir():
        yield
        return
    handle = _locked(data_dir, fcntl.LOCK_EX, f"Shelfcast runs on {data_dir}. Stop it first.")
    try:
        yield
    finally:
        os.close(handle)


def _locked(data_dir: Path, how: int, refusal: str) -> int:
    handle = os.open(data_dir, os.O_RDONLY)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise InUse(refusal) from error
    return handle
