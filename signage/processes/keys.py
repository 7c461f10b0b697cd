"""Secrets made once and kept in the data directory, readable by the owner alone."""

import os
import secrets
from pathlib import Path


def kept(data_dir: Path, name: str) -> str:
    """The secret `name` (64 hex digits), made at the first call. Two starters at once get the same one."""
    path = data_dir / "keys" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(fresh, path)  # unlike rename, never replaces the one that another process made first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
