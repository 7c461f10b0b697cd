"""Children are watched, revived and never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from signage.processes.child import Spec, environment
from signage.processes.supervisor import ChildFailed, Supervisor

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")


def until(true: Callable[[], bool], patience_s: float = 10.0) -> None:
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "logs", said.append)
    yield supervisor
    supervisor.stop()


def test_stop_ends_every_child_and_its_children(supervisor: Supervisor) -> None:
    nested = f"import subprocess, time; p = subprocess.Popen({SLEEPER!r}); time.sleep(600)"
    process = supervisor.add(Spec("nest", (sys.executable, "-c", nested)))
    until(lambda: len(psutil.Process(process.pid).children()) == 1)
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children()]
    supervisor.stop()
    until(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family))


def test_what_others_stand_on_is_stopped_after_them_and_the_stubborn_are_killed(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    script = """
import signal, sys, time
def told(*_):
    print(sys.argv[1], "told", time.monotonic(), flush=True)
    time.sleep(float(sys.argv[2]))
    print(sys.argv[1], "ended", time.monotonic(), flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, told)
print(sys.argv[1], "up 0", flush=True)
time.sleep(600)
"""
    for name, takes, more in (
        ("floor", "0", {"last": True}),
        ("web", "0.5", {}),
        ("stubborn", "600", {"grace_s": 1.0}),
    ):
        supervisor.add(Spec(name, (sys.executable, "-c", script, name, takes), **more))
    logs = {name: supervisor.log_path(name) for name in ("floor", "web", "stubborn")}
    until(lambda: all("up" in log.read_text() for log in logs.values()), 30)
    supervisor.stop()
    said = [line.split() for log in logs.values() for line in log.read_text().splitlines()]
    at = {(name, what): float(when) for name, what, when in said}
    assert at["stubborn", "told"] < at["web", "ended"], "both are told at once"
    assert at["floor", "told"] > at["web", "ended"]
    assert ("stubborn", "ended") not in at


def test_a_dead_child_comes_back(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    once = f"import pathlib, sys, time; p = pathlib.Path({str(marks)!r}); n = len(p.read_text()) if p.exists() else 0; "
    once += "p.write_text('x' * (n + 1)); sys.exit(3) if n == 0 else time.sleep(600)"
    supervisor.add(Spec("phoenix", (sys.executable, "-c", once)))

    def twice() -> bool:
        supervisor.wait(0.05)
        return marks.exists() and marks.read_text() == "xx"

    until(twice)
    assert said == ["phoenix ended (3); starting it again in 1 s"]


def test_a_failing_one_off_says_why_and_the_one_beside_it_ends(supervisor: Supervisor, tmp_path: Path) -> None:
    broken = Spec("broken", (sys.executable, "-c", "raise SystemExit('no such luck')"), restart=False)
    fine = Spec("fine", (sys.executable, "-c", f"open({str(tmp_path / 'done')!r}, 'w')"), restart=False)
    with pytest.raises(ChildFailed, match=r"broken failed \(1\):(.|\n)*no such luck"):
        supervisor.complete(broken, fine)
    assert (tmp_path / "done").exists(), "the other is run to its end"


def test_what_is_never_ready_is_named(supervisor: Supervisor) -> None:
    with pytest.raises(ChildFailed, match="web did not get ready"):
        supervisor.wait_until(lambda: False, 0.2, "web")


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    script = f"""
import sys, time
from pathlib import Path
from signage.processes.child import Spec
from signage.processes.supervisor import Supervisor
s = Supervisor(Path({str(tmp_path)!r}), print)
print(s.add(Spec("sleeper", {SLEEPER!r})).pid, flush=True)
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


def test_a_child_is_not_told_what_it_must_not_know() -> None:
    spec = Spec("camera", ("true",), {"SHELFCAST_CAMERA_KEY": "k"}, without_env=frozenset({"REDIS_URL"}))
    assert environment(spec, {"REDIS_URL": "redis://x", "PATH": "/bin"}) == {
        "PATH": "/bin",
        "SHELFCAST_CAMERA_KEY": "k",
    }


def test_secrets_on_standard_input_are_on_no_command_line(supervisor: Supervisor) -> None:
    reader = "import sys, time; assert len(sys.stdin.read()) == 4; print('heard', flush=True); time.sleep(600)"
    process = supervisor.add(Spec("reader", (sys.executable, "-c", reader), stdin="hush"))
    until(lambda: "heard" in supervisor.log_path("reader").read_text())
    assert "hush" not in " ".join(psutil.Process(process.pid).cmdline())
    assert os.getsid(process.pid) == process.pid
