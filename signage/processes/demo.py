"""`shelfcast demo`: the demo store on this machine, first content soon, the trained model while it runs."""

import subprocess
from pathlib import Path

from signage.processes import services
from signage.processes.child import Spec, tail
from signage.processes.progress import Progress, share_in
from signage.processes.run import Say, System, migrate, prepare, start_web, watch
from signage.processes.supervisor import ChildFailed
from signage.settings import Settings

AMERICAN_STORES = "Etc/GMT+5"  # the data's stores are five hours behind UTC all year (POSIX turns the sign)
ENTRANCE = "367-entrance"
FIRST = (
    ("購買データを用意 / Preparing purchases", "demo", ("prepare",)),
    ("分類 / Categories", "import", ("--kind", "categories", "categories.csv")),
    ("商品 / Products", "import", ("--kind", "products", "products.parquet")),
    ("店舗 / Stores", "import", ("--kind", "stores", "stores.csv")),
    ("直近5週間の購買 / Last five weeks of purchases", "import", ("--kind", "lines", "lines_recent.parquet")),
    ("価格 / Prices", "import", ("--kind", "events", "prices.jsonl")),
    ("人気順 / Popularity", "train", ("--only", "popular")),
    ("画面とキャンペーン / Screens and campaigns", "demo", ("place",)),
)
REST = (
    ("残りの購買 / The rest of the purchases", "import", ("--kind", "lines", "lines_before.parquet")),
    ("学習 / Training", "train", ()),
)


def _spec(system: System, number: int, verb: str, words: tuple[str, ...]) -> Spec:
    if verb == "demo":
        return services.shelfcast(f"demo-{number}", "demo", *words, env=system.env, restart=False)
    folder = system.settings.data_dir / "demo"
    args = [str(folder / word) if (folder / word).is_file() else word for word in words]
    env = system.env | {"SHELFCAST_HISTORY_ZONE": AMERICAN_STORES}
    return services.recommender(f"{verb}-{number}", verb, "--progress", "json", *args, env=env)


def _finish(system: System, process: "subprocess.Popen[bytes]", what: str, progress: Progress, log: Path) -> None:
    """Waits for a one-off while watching the rest. Raises ChildFailed with the end of its log."""
    while process.poll() is None and not system.supervisor.stopping:
        share = share_in(log)
        if share is not None:
            progress.update(what, share)
        system.supervisor.wait(0.3)
    if process.returncode:
        raise ChildFailed(f"{what} failed ({process.returncode}):\n{tail(log)}")


def _steps(system: System, steps: tuple[tuple[str, str, tuple[str, ...]], ...], progress: Progress, first: int) -> bool:
    for number, (what, verb, words) in enumerate(steps, first):
        if system.supervisor.stopping:
            return False
        spec = _spec(system, number, verb, words)
        log = system.supervisor.log_path(spec.name)
        log.unlink(missing_ok=True)
        progress.begin(what)
        _finish(system, system.supervisor.add(spec), what, progress, log)
        progress.update(what, 1.0)
    return not system.supervisor.stopping


def demo(settings: Settings, say: Say, *, camera: str = "") -> None:
    """Runs until Ctrl-C. The first start seeds; later ones find everything in place. Raises ChildFailed."""
    system = prepare(settings, say)
    marks = settings.data_dir / "demo"
    progress = Progress(marks / "progress.json", say, len(FIRST) + len(REST))
    try:
        migrate(system)
        start_web(system)
        if not system.supervisor.stopping:
            say(addresses(settings))
        if not (marks / "first.done").exists() and _steps(system, FIRST, progress, 1):
            (marks / "first.done").touch()
        progress.ready("trained" if (marks / "rest.done").exists() else "popular")
        system.supervisor.add(services.shelfcast("till", "demo", "till", env=system.env))
        if camera:
            _start_camera(system, camera)
        if not (marks / "rest.done").exists():
            _go_on(system, marks, progress, say)
        watch(system)
    finally:
        system.supervisor.stop()


def _go_on(system: System, marks: Path, progress: Progress, say: Say) -> None:
    """Imports and learns the rest while the screens run; they go on whatever becomes of it."""
    try:
        if _steps(system, REST, progress, len(FIRST) + 1):
            (marks / "rest.done").touch()
            progress.ready("trained")
            say("The trained model is in place.")
    except ChildFailed as problem:
        say(f"{problem}\nThe screens go on with popularity. The next start tries again.")


def _start_camera(system: System, source: str) -> None:
    """A camera at the entrance: `clip` is a rendered one, looped; else a webcam's number or an address."""
    loop: tuple[str, ...] = ()
    if source == "clip":
        system.supervisor.complete(services.shelfcast("clip", "demo", "clip", env=system.env, restart=False))
        source, loop = str(system.settings.data_dir.resolve() / "demo" / "clip.mkv"), ("--loop",)
    words = ("--screen", ENTRANCE, "--source", source, "--server", system.local_url, "--mode", "demographics", *loop)
    trust = ("--ca", str(system.tls.ca)) if system.tls else ()
    system.supervisor.add(services.camera("camera", *words, *trust, env={}, key=system.camera_key))


def addresses(settings: Settings) -> str:
    """What to open, one address a line."""
    base = settings.base_url
    lines = [
        ("Demo / デモ", f"{base}/demo"),
        ("Studio / スタジオ", f"{base}/studio"),
        ("Member page / 会員ページ", f"{base}/me"),
        ("A new player / 新しい端末", f"{base}/player"),
    ]
    width = max(len(name) for name, _ in lines)
    return "\n".join(
        ["", *(f"  {name:<{width}}  {address}" for name, address in lines), "", "  Ctrl-C stops everything.", ""]
    )
