"""`shelfcast`: thin verbs over the rooms. Each imports what it needs when it runs, so that the camera starts bare."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from signage.settings import Settings


@contextmanager
def _told(*problems: type[Exception]) -> Iterator[None]:
    """These have a remedy: their words end the verb, with no traceback."""
    try:
        yield
    except problems as problem:
        raise click.ClickException(str(problem)) from problem


@click.group(help="In-store signage that knows the shelf.")
@click.version_option(package_name="shelfcast")
def main() -> None:
    pass


def _serve(settings: Settings, *, demo: bool, camera: str = "") -> None:
    from signage.processes import demo as demo_store
    from signage.processes.alone import InUse
    from signage.processes.run import run as run_system
    from signage.processes.services import TooFewFiles
    from signage.processes.supervisor import ChildFailed

    with _told(ChildFailed, InUse, TooFewFiles):
        if demo:
            demo_store.demo(settings, click.echo, camera=camera)
        else:
            run_system(settings, click.echo)


@main.command(help="Run the web process, the worker and, unless REDIS_URL is set, Valkey.")
@click.option("--host", help="Address to bind (default: SHELFCAST_HOST).")
@click.option("--port", type=int, help="Port to bind (default: SHELFCAST_PORT).")
@click.option("--tls", is_flag=True, help="Serve HTTPS/WSS with the store's own certificate authority.")
@click.option("--name", "names", multiple=True, help="Host name or address for the certificate (may be repeated).")
def run(host: str | None, port: int | None, tls: bool, names: tuple[str, ...]) -> None:
    from signage.processes.lan import reachable

    given = {"host": host, "port": port, "tls": tls or None, "tls_names": ",".join(names) or None}
    settings = Settings().model_copy(update={k: v for k, v in given.items() if v is not None})
    _serve(reachable(settings), demo=False)


@main.group(help="Run the demo store; sub-commands are the steps it is made of.", invoke_without_command=True)
@click.option("--lan", is_flag=True, help="Open to the local network, and print a QR code of the address.")
@click.option("--port", type=int, help="Port to bind (default: SHELFCAST_PORT).")
@click.option("--camera", default="", help="Also run a camera at the entrance: clip, 0 (webcam) or an address.")
@click.pass_context
def demo(context: click.Context, lan: bool, port: int | None, camera: str) -> None:
    if context.invoked_subcommand:
        return
    from signage.processes.lan import qr_lines, reachable

    settings = Settings().model_copy(update={"demo": True} | ({"port": port} if port else {}))
    if lan:
        settings = reachable(settings.model_copy(update={"host": "0.0.0.0"}))
        click.echo(qr_lines(settings.base_url + "/demo"))
    _serve(settings, demo=True, camera=camera)


@demo.command(help="Write the demo's purchases, products and prices as files for the importer.")
def prepare() -> None:
    from signage.demo.seed import prepare as prepare_files

    folder = Settings().data_dir / "demo"
    prepare_files(folder, datetime.now(UTC), lambda share: click.echo(f'{{"share": {share}}}'))


@demo.command(help="Render the clip of people that the demo's camera can watch.")
def clip() -> None:
    from signage.bundle.find import path
    from signage.demo.clip import render

    target = Settings().data_dir / "demo" / "clip.mkv"
    if not target.exists():
        fresh = target.with_suffix(f".{os.getpid()}.mkv")  # whole or not at all: it may be ended at any moment
        render(fresh, path("assets", "ready", "photographs", "astronaut.png"))
        fresh.replace(target)


@demo.command(help="Make the demo's stores, screens, campaigns and story members.")
def place() -> None:
    from signage.app.demo import demo_places

    demo_places(Settings())


@demo.command(help="Tell history the simulated shelf levels every minute.")
def till() -> None:
    from signage.app.demo import demo_till

    demo_till(Settings())


@main.command(help="Bring signage's database to the newest shape.")
def migrate() -> None:
    from signage.storage.engine import open_engine
    from signage.storage.migrate import LaterRelease, upgrade

    with _told(LaterRelease):
        upgrade(open_engine(Settings().database, busy_ms=10_000))


@main.command(help="Write everything that must not be lost into one file; the store may go on meanwhile.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    from signage.app import backup as room

    with _told(room.CantBackUp, OSError):
        made = room.backup(Settings(), file, datetime.now(UTC))
    click.echo(f"{len(made.members):,} files, {made.size:,} bytes, are in {file}. Keep it safe: the keys are in it.")


@main.command(help="Make the data directory what it was when FILE was written. Stop everything before.")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put a data directory that is not empty aside.")
@click.option("--max-gb", type=click.IntRange(1), default=100, show_default=True, help="Unpack at most this much.")
def restore(file: Path, replace: bool, max_gb: int) -> None:
    from signage.app import backup as room
    from signage.processes.alone import InUse, alone

    settings = Settings()
    with _told(room.CantRestore, InUse, OSError), alone(settings.data_dir):
        done = room.restore(settings, file, datetime.now(UTC), replace=replace, most_bytes=max_gb << 30)
    before = f" What was there before is in {done.aside}." if done.aside else ""
    click.echo(f"{len(done.manifest.members):,} files of {done.manifest.made_at} are in {settings.data_dir}.{before}")


@main.command(help="Process uploads and other background work.")
def worker() -> None:
    from signage.app.worker import run_worker

    run_worker(Settings())


@main.command(help="Print the store's certificate authority and how to install it on a display.")
@click.option("--name", "names", multiple=True, help="Host name or address for the certificate (may be repeated).")
def ca(names: tuple[str, ...]) -> None:
    from signage.processes.ca import certificate, fingerprint, steps

    made = certificate(Settings().data_dir, list(names))
    click.echo(made.ca.read_text(), nl=False)
    click.echo(steps(made.ca, fingerprint(made.ca)), err=True)


def _fetching(what: str, done: int, total: int) -> None:
    if what and done < total:
        click.echo(f"  {what} ({done}/{total})")


@main.group(help="Fonts, pictograms and photographs that set-up fetches.")
def assets() -> None:
    pass


@assets.command("pull", help="Fetch what is missing, by name, and check every hash.")
def assets_pull() -> None:
    from signage.bundle.packages import BundleError
    from signage.bundle.pull import pull

    with _told(BundleError):
        written = pull(_fetching)
    click.echo(f"assets: {written} files fetched" if written else "assets: ready")


@main.command(
    "check-template", help="Check that a card (JSON) can be read on a store's screens. Needs shelfcast[check]."
)
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--screen", help="A panel's pixels, as 1920x1080 (default: the four places of a store).")
@click.option("--mm-per-px", type=click.FloatRange(0.05, 20), help="Millimetres of one pixel of that panel.")
@click.option("--distance", type=click.FloatRange(0.2, 50), help="Metres from which people read it.")
@click.option(
    "--lang", type=click.Choice(["en", "ja"]), default="en", show_default=True, help="Language of the findings."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def check_template(  # noqa: PLR0917 - click hands options over by name
    context: click.Context, source: Path, screen: str | None, mm_per_px: float | None, distance: float | None, lang: str,
    as_json: bool,
) -> None:  # fmt: skip
    try:
        from signage.processes.check import CantCheck, check_cards, panel_of, read_cards, told
    except ModuleNotFoundError as missing:
        click.echo(f"Needs {missing.name}: pip install 'shelfcast[check]'.", err=True)
        context.exit(2)
    try:
        checked = list(check_cards(read_cards(source), panel_of(screen, mm_per_px, distance)))
    except CantCheck as problem:
        click.echo(str(problem), err=True)
        context.exit(2)
    click.echo(told(checked, lang, as_json=as_json))
    context.exit(1 if any(one.findings for one in checked) else 0)


DAY = click.DateTime(["%Y-%m-%d"])
DAYS = [
    click.option("--first", type=DAY, required=True, help="First day, in UTC."),
    click.option("--last", type=DAY, required=True, help="Last day, in UTC; it is included."),
]


@main.group(help="The log of decisions, for whoever judges them.")
def log() -> None:
    pass


@log.command("export", help="Write decisions and what came of them as Parquet.")
@DAYS[0]
@DAYS[1]
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
def log_export(first: datetime, last: datetime, out: Path) -> None:
    from signage.app.log import Log

    click.echo(f"{Log(Settings().database).export(first.date(), last.date(), out)} decisions written to {out}")


@log.command("check", help="Say whether the log of these days can be judged off-line.")
@DAYS[0]
@DAYS[1]
@click.option("--json", "as_json", is_flag=True, help="One JSON object a day.")
@click.pass_context
def log_check(context: click.Context, first: datetime, last: datetime, as_json: bool) -> None:
    from signage.app.log import Log
    from signage.app.log_words import as_dict, sentence

    days = Log(Settings().database).check(first.date(), last.date())
    for day in days:
        click.echo(json.dumps(as_dict(day)) if as_json else sentence(day))
    if not days:
        click.echo("There are no records of these days.", err=True)
    context.exit(1 if not days or any(day.doubts() for day in days) else 0)


@main.command(help="Make every decision of a day again, and say which come out otherwise.")
@click.option("--day", type=DAY, required=True, help="The day, in UTC.")
@click.pass_context
def replay(context: click.Context, day: datetime) -> None:
    from signage.app.log import Log

    told = Log(Settings().database).replay(day.date())
    click.echo(f"{told.same} the same, {len(told.different)} different, {told.without} without their inventory")
    for decision_id in told.different:
        click.echo(decision_id, err=True)
    context.exit(1 if told.different or told.without else 0)


@main.group(help="The camera's models.")
def models() -> None:
    pass


@models.command("pull", help="Fetch the weights, check every hash, bring them into shape.")
def models_pull() -> None:
    from signage.audience.zoo import pull
    from signage.bundle.packages import BundleError

    with _told(BundleError):
        written = pull(_fetching)
    click.echo(f"models: {written} fetched" if written else "models: ready")


@models.command("list", help="Name, licence, state, card and task of each model.")
def models_list() -> None:
    from signage.audience.zoo import listing

    for listed in listing():
        model = listed.model
        click.echo(f"{model.name:<15} {model.licence:<11} {listed.state:<8} models/{model.card:<25} {model.task}")


@main.group(help="Run a camera process for one screen.", invoke_without_command=True)
@click.option("--screen", help="The screen it watches before.")
@click.option("--source", help="A file, a folder of stills, an rtsp:// or http:// address, or a webcam's number.")
@click.option("--server", default="http://127.0.0.1:8000", show_default=True, help="Address of the web process.")
@click.option("--mode", type=click.Choice(["presence", "demographics"]), default="presence", show_default=True)
@click.option(
    "--ca", type=click.Path(exists=True, path_type=Path), help="The store's certificate authority, for https."
)
@click.option("--log", type=click.Path(path_type=Path), help="Log file; standard error without it.")
@click.option("--loop", is_flag=True, help="Start a file over when it ends.")
@click.option("--frames", type=int, default=0, help="Stop after so many frames.")
@click.pass_context
def camera(  # noqa: PLR0917 - click hands options over by name
    context: click.Context, screen: str | None, source: str | None, server: str, mode: str, ca: Path | None, log: Path | None,
    loop: bool, frames: int,
) -> None:  # fmt: skip
    if context.invoked_subcommand:
        return
    if not screen or not source:
        raise click.UsageError("--screen and --source are needed.")
    from signage.audience.camera import run_camera
    from signage.audience.sandbox import FORBIDDEN_ENVIRONMENT, SandboxError
    from signage.bundle.packages import BundleError
    from signage.domain.place import CameraMode

    token = Settings().camera_key
    for name in FORBIDDEN_ENVIRONMENT:
        os.environ.pop(name, None)
    with _told(SandboxError, BundleError, ValueError, OSError):
        code = run_camera(
            screen, source, server, token=token, mode=CameraMode(mode), log_path=log, loop=loop, frames=frames, ca=ca
        )
    context.exit(code)


@camera.command("status", help="Shut a process in as a camera's is, and tell what this machine's kernel enforces.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def camera_status(context: click.Context, as_json: bool) -> None:
    from signage.audience import sandbox

    for name in sandbox.FORBIDDEN_ENVIRONMENT:
        os.environ.pop(name, None)
    with _told(sandbox.SandboxError, OSError):
        enforced = sandbox.enter([], [], [])
    click.echo(json.dumps(asdict(enforced)) if as_json else "\n".join(enforced.lines()))
    context.exit(0 if enforced.files and enforced.tcp_ports and enforced.sockets else 1)


@camera.command("evaluate", help="Measure the camera's models on labelled pictures.")
@click.option("--faces", type=click.Path(exists=True, path_type=Path), help="Pictures named age_gender_race_date.")
@click.option("--people", type=click.Path(exists=True, path_type=Path), help="A video, or stills, with MOT's gt.txt.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--predictions", type=click.Path(path_type=Path), help="Also write the answers as CSV here.")
def camera_evaluate(faces: Path | None, people: Path | None, as_json: bool, predictions: Path | None) -> None:
    from signage.audience.evaluate import evaluate
    from signage.audience.frames import SourceError
    from signage.audience.measure import lines
    from signage.bundle.packages import BundleError

    if faces is None and people is None:
        raise click.UsageError("--faces or --people is needed.")
    with _told(SourceError, BundleError, OSError):
        told = evaluate(faces, people, predictions, lambda done, total: click.echo(f"{done}/{total}", err=True))
    click.echo(json.dumps(told) if as_json else "\n".join(lines(told)))
