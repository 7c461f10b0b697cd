"""The camera process as it is started in a shop, from the clip to a real HTTP server."""

import os
import re
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from signage.audience.attributes import Ages
from signage.audience.bodies import Bodies
from signage.audience.camera import Source, run_camera
from signage.audience.detect import Detector
from signage.bundle import find
from signage.demo.clip import Truth
from signage.domain.audience import CameraState
from signage.domain.place import CameraMode
from tests.signage.audience.conftest import CODE
from tests.signage.audience.process import finish, start
from tests.signage.audience.replay import START, Replay, frames_of
from tests.signage.audience.server import Received, serving, streaming


@dataclass
class Watched:
    """A process of which is known to what it could write, looked at all the while. `written`: bytes it made the disk take."""

    writable: set[str] = field(default_factory=set)
    written: int = 0

    def follow(self, process: subprocess.Popen[str], until_s: float = 120.0) -> "Watched":
        """Until it ends; a look every 20 ms, from the moment it is shut in."""
        deadline, home = time.monotonic() + until_s, Path(f"/proc/{process.pid}")
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError):  # descriptors come and go
                for held in (home / "fd").iterdir():
                    with suppress(OSError):
                        flags = re.search(r"^flags:\s*(\d+)", (home / "fdinfo" / held.name).read_text(), re.M)
                        if flags and int(flags[1], 8) & os.O_ACCMODE != os.O_RDONLY:
                            self.writable.add(str(held.readlink()))
                told = dict(line.split(": ") for line in (home / "io").read_text().splitlines())
                self.written = int(told["write_bytes"])
            time.sleep(0.02)
        return self


@pytest.fixture(scope="module")
def watched(clip: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory) -> tuple[Received, Path, Watched]:
    """The clip until the phone is down again, watched by the process at its own pace in demographics mode."""
    folder = tmp_path_factory.mktemp("camera")
    with serving() as received:
        process = start(clip[0], received, folder, frames=100)
        held = Watched().follow(process)
        assert finish(process) == 0
    return received, folder, held


@pytest.fixture(scope="module")
def seen(clip: tuple[Path, Truth], detector: Detector, bodies: Bodies, ages: Ages) -> Replay:
    """The whole clip by its own time."""
    replay = Replay(detector, bodies, ages)
    replay.run(frames_of(clip[0]))
    return replay


def test_people_are_counted_as_they_come_and_go(seen: Replay, clip: tuple[Path, Truth]) -> None:
    snapshots, truth = seen.snapshots, clip[1]
    off = [abs(each.present - truth.present((each.taken_at - START).total_seconds())) for each in snapshots]
    assert len(snapshots) == 40
    assert sum(difference <= 1 for difference in off) >= 0.8 * len(off), off
    assert max(each.present for each in snapshots) == 3
    assert snapshots[-1].present == 0
    assert sum(each.arrived for each in snapshots) == sum(each.left for each in snapshots)
    assert 3 <= sum(each.arrived for each in snapshots) <= 4


def test_the_adults_of_the_clip_are_adults_who_look_and_come_near(seen: Replay) -> None:
    snapshots = seen.snapshots
    assert not any(each.possible_child or each.child or each.senior for each in snapshots)
    assert sum(each.adult for each in snapshots) > 0.6 * sum(each.present for each in snapshots)
    assert {each.camera for each in snapshots} == {CameraState.OK}
    assert max(each.near for each in snapshots) >= 1
    assert sum(each.attention_s for each in snapshots) > 15


def test_the_code_held_up_is_read_soon_and_once(seen: Replay, clip: tuple[Path, Truth]) -> None:
    [(at, code)] = seen.codes
    assert code == CODE
    assert 0 <= at - clip[1].code_from_s <= 0.5


def test_the_code_held_up_is_sent_once_while_it_is_up(watched: tuple[Received, Path, Watched]) -> None:
    assert watched[0].codes == [CODE]


def test_nothing_can_be_written_to_but_the_log_and_the_connection(watched: tuple[Received, Path, Watched]) -> None:
    _, folder, held = watched
    files = {path for path in held.writable if path.startswith("/")}
    assert files == {str(folder / "camera.log"), "/dev/null"}
    others = {path.partition(":")[0] for path in held.writable - files}
    assert "socket" in others and others <= {"socket", "pipe", "anon_inode"}, others
    assert held.written <= 16_384 + (folder / "camera.log").stat().st_size


def test_two_kinds_of_message_leave_and_nothing_is_written(watched: tuple[Received, Path, Watched]) -> None:
    received, folder, _ = watched
    assert {(path, key) for path, key, _ in received.posts} == {
        ("/v1/screens/scr_entrance/snapshots", "Bearer secret"),
        ("/v1/screens/scr_entrance/codes", "Bearer secret"),
    }
    assert [path.name for path in folder.iterdir()] == ["camera.log"]
    log = (folder / "camera.log").read_text()
    assert '"files": true, "tcp_ports": true, "sockets": true' in log and "camera ended" in log
    assert CODE not in log and "secret" not in log


def test_presence_mode_computes_no_age_and_frames_limits(clip: tuple[Path, Truth], tmp_path: Path) -> None:
    with serving() as received:
        assert finish(start(clip[0], received, tmp_path, "presence", frames=60)) == 0
    seen = [each for each in received.snapshots if each["present"]]
    assert seen and all(each["unknown"] == each["present"] and each["confidence"] == 0 for each in seen)
    assert not any(each["possible_child"] for each in received.snapshots)
    assert '"ages"' not in (tmp_path / "camera.log").read_text().replace('"ages": 0.0', "")


def test_without_a_server_the_camera_goes_on_and_stops_when_told(
    clip: tuple[Path, Truth], tmp_path: Path, stop_at_the_end: list[subprocess.Popen[str]]
) -> None:
    with serving() as received:
        process = start(clip[0], received, tmp_path, loop=True)
        stop_at_the_end.append(process)
        received.wait_for(2, 60)
        before = len(received.posts)
        port = received.port
    with serving(port) as back:
        back.wait_for(2, 60)
        process.terminate()
        assert finish(process) == 0
    assert back.snapshots[0]["sequence"] > before
    assert "can't be reached" in (tmp_path / "camera.log").read_text()


def test_a_network_camera_is_watched_by_its_address_and_opened_again(clip: tuple[Path, Truth], tmp_path: Path) -> None:
    """Inside the sandbox no name can be looked up: `localhost` was resolved before. The stream is damaged, ends, comes back."""
    data = clip[0].read_bytes()[:200_000]
    (tmp_path / "stream.mkv").write_bytes(data[:90_000] + b"\xff" * 500 + data[90_500:])
    with streaming(tmp_path) as asked, serving() as received:
        assert finish(start(f"http://localhost:{asked.port}/stream.mkv", received, tmp_path, frames=5)) == 0
    assert asked.count >= 2
    assert {each["camera"] for each in received.snapshots} <= {"ok", "lost"}


@pytest.mark.parametrize("data", [b"", b"not a video"])
def test_a_source_without_pictures_ends_in_words(tmp_path: Path, data: bytes) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(data)
    with serving() as received:
        assert finish(start(bad, received, tmp_path)) == 1
    assert "bad.mp4 can't be opened as video" in (tmp_path / "camera.log").read_text()


def test_a_changed_model_stays_shut_and_the_camera_says_why(clip: tuple[Path, Truth], tmp_path: Path) -> None:
    shutil.copytree(find.path("models"), tmp_path / "models")
    weights = tmp_path / "models" / "ready" / "movenet-people.onnx"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    with serving() as received:
        assert finish(start(clip[0], received, tmp_path, "presence", root=str(tmp_path))) == 1
    log = (tmp_path / "camera.log").read_text()
    assert "movenet-people.onnx is not the file that the manifest names" in log and "shelfcast models pull" in log
    assert received.posts == []


def test_a_camera_that_is_off_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="complete the notice"):
        run_camera("s", "0", "http://127.0.0.1:1", token="t", mode=CameraMode.OFF)
    assert list(tmp_path.iterdir()) == []


def test_what_the_sandbox_forbids_is_done_before() -> None:
    assert Source.prepare("2").devices == (Path("/dev/video2"),)
    camera = Source.prepare("rtsp://user:pass@localhost/live?x=1")
    assert camera.target.startswith("rtsp://user:pass@") and camera.target.endswith(":554/live?x=1")
    assert "localhost" not in camera.target and camera.ports == (554,)
    assert Source.prepare("http://127.0.0.1:8080/mjpeg").ports == (8080,)
    with pytest.raises(ValueError, match="rtsp"):
        Source.prepare("gopher://127.0.0.1/")
