"""`shelfcast demo`: the demo store on this machine, first content soon, the trained model while it runs."""

from collections.abc import Callable
from pathlib import Path

from signage.bundle import find
from signage.demo.camera import OFF, Wish
from signage.processes import services
from signage.processes.cameraman import Cameraman
from signage.processes.child import Spec, tail
from signage.processes.progress import Progress, share_in
from signage.processes.run import Say, System, migrate, prepare, start_web, watch
from signage.processes.supervisor import ChildFailed
from signage.settings import Settings

Steps = tuple[tuple[str, str, tuple[str, ...]], ...]
Look = Callable[[], object]  # called several times a second while something else is waited for

AMERICAN_STORES = "Etc/GMT+5"  # the data's stores are five hours behind UTC all year (POSIX turns the sign)
MEASURED = "evaluation.json"  # what `recommender evaluate` said of the same purchases, for the studio's page
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
    ("カメラの見本の映像 / The camera's sample clip", "demo", ("clip",)),
    ("商品情報の見本 / Sample facts of products", "import", ("--kind", "facts", "facts.jsonl")),
    ("残りの購買 / The rest of the purchases", "import", ("--kind", "lines", "lines_before.parquet")),
    ("学習 / Training", "train", ()),
    ("測った結果 / What was measured", "keep-evaluation", (MEASURED,)),
)


def _nothing() -> None:
    """Before the screens are there a camera has nobody to tell."""


def _spec(system: System, number: int, verb: str, words: tuple[str, ...]) -> Spec:
    if verb == "demo":
        return services.shelfcast(f"demo-{number}", "demo", *words, env=system.env, restart=False)
    env = system.env | {"SHELFCAST_HISTORY_ZONE": AMERICAN_STORES}
    if verb == "keep-evaluation":
        return services.recommender(verb, verb, *(str(find.path("assets", word)) for word in words), env=env)
    folder = system.settings.data_dir / "demo"
    args = [str(folder / word) if (folder / word).is_file() else word for word in words]
    return services.recommender(f"{verb}-{number}", verb, "--progress", "json", *args, env=env)


def _finish(system: System, spec: Spec, what: str, progress: Progress, look: Look) -> None:
    """Runs a one-off to its end while watching the rest. Raises ChildFailed with the end of its log."""
    log = system.supervisor.log_path(spec.name)
    log.unlink(missing_ok=True)
    process = system.supervisor.add(spec)
    while process.poll() is None and not system.supervisor.stopping:
        look()
        share = share_in(log)
        if share is not None:
            progress.update(what, share)
        system.supervisor.wait(0.3)
    if process.returncode:
        raise ChildFailed(f"{what} failed ({process.returncode}):\n{tail(log)}")


def _steps(system: System, steps: Steps, progress: Progress, first: int, look: Look) -> bool:
    for number, (what, verb, words) in enumerate(steps, first):
        if system.supervisor.stopping:
            return False
        spec = _spec(system, number, verb, words)
        progress.begin(what)
        _finish(system, spec, what, progress, look)
        progress.update(what, 1.0)
    return not system.supervisor.stopping


def demo(settings: Settings, say: Say, *, camera: str = "") -> None:
    """Runs until Ctrl-C. The first start seeds; later ones find everything in place. Raises ChildFailed."""
    system = prepare(settings, say)
    marks = settings.data_dir / "demo"
    progress = Progress(marks / "progress.json", say, len(FIRST) + len(REST))
    wish = Wish(marks)
    wish.make(camera or OFF)
    cameraman = Cameraman(system, wish)
    try:
        migrate(system)
        start_web(system)
        if not system.supervisor.stopping:
            say(addresses(settings))
        if not (marks / "first.done").exists() and _steps(system, FIRST, progress, 1, _nothing):
            (marks / "first.done").touch()
        progress.ready("trained" if (marks / "rest.done").exists() else "popular")
        system.supervisor.add(services.shelfcast("till", "demo", "till", env=system.env))
        if not (marks / "rest.done").exists():
            _go_on(system, marks, progress, say, cameraman.look)
        watch(system, cameraman.look)
    finally:
        cameraman.close()
        system.supervisor.stop()


def _go_on(system: System, marks: Path, progress: Progress, say: Say, look: Look) -> None:
    """Imports and learns the rest while the screens run; they go on whatever becomes of it."""
    try:
        if _steps(system, REST, progress, len(FIRST) + 1, look):
            (marks / "rest.done").touch()
            progress.ready("trained")
            say("The trained model is in place.")
    except ChildFailed as problem:
        progress.ready("untrained")
        say(f"{problem}\nThe screens go on with popularity. The next start tries again.")


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
