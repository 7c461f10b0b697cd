"""`shelfcast`: thin verbs over the rooms. Each imports what it needs when it runs, so that the camera starts bare."""

from datetime import UTC, datetime

import click

from signage.settings import Settings


@click.group(help="In-store signage that knows the shelf.")
@click.version_option(package_name="shelfcast")
def main() -> None:
    pass


def _serve(settings: Settings, *, demo: bool, camera: str = "") -> None:
    from signage.processes import demo as demo_store
    from signage.processes.run import run as run_system
    from signage.processes.services import TooFewFiles
    from signage.processes.supervisor import ChildFailed

    try:
        if demo:
            demo_store.demo(settings, click.echo, camera=camera)
        else:
            run_system(settings, click.echo)
    except (ChildFailed, TooFewFiles) as problem:
        raise click.ClickException(str(problem)) from problem


@main.command(help="Run the web process, the worker and, unless REDIS_URL is set, Valkey.")
@click.option("--host", help="Address to bind (default: SHELFCAST_HOST).")
@click.option("--port", type=int, help="Port to bind (default: SHELFCAST_PORT).")
@click.option("--tls", is_flag=True, help="Serve HTTPS/WSS with the store's own certificate authority.")
@click.option("--name", "names", multiple=True, help="Host name or address for the certificate (may be repeated).")
def run(host: str | None, port: int | None, tls: bool, names: tuple[str, ...]) -> None:
    given = {"host": host, "port": port, "tls": tls or None, "tls_names": ",".join(names) or None}
    _serve(Settings().model_copy(update={k: v for k, v in given.items() if v is not None}), demo=False)


@main.group(help="Run the demo store; sub-commands are the steps it is made of.", invoke_without_command=True)
@click.option("--lan", is_flag=True, help="Open to the local network, and print a QR code of the address.")
@click.option("--port", type=int, help="Port to bind (default: SHELFCAST_PORT).")
@click.option("--camera", default="", help="Also run a camera at the entrance: clip, 0 (webcam) or an address.")
@click.pass_context
def demo(context: click.Context, lan: bool, port: int | None, camera: str) -> None:
    if context.invoked_subcommand:
        return
    from signage.processes.lan import lan_address, qr_lines

    settings = Settings().model_copy(update={"demo": True} | ({"port": port} if port else {}))
    if lan:
        settings = settings.model_copy(
            update={"host": "0.0.0.0", "public_url": settings.public_url or f"http://{lan_address()}:{settings.port}"}
        )
        click.echo(qr_lines(settings.base_url + "/demo"))
    _serve(settings, demo=True, camera=camera)


@demo.command(help="Write the demo's purchases, products and prices as files for the importer.")
def prepare() -> None:
    from signage.demo.seed import prepare as prepare_files

    folder = Settings().data_dir / "demo"
    prepare_files(folder, datetime.now(UTC), lambda share: click.echo(f'{{"share": {share}}}'))


@demo.command(help="Make the demo's stores, screens, campaigns and story members.")
def place() -> None:
    from signage.app import demo_places

    demo_places(Settings())


@demo.command(help="Tell history the simulated shelf levels every minute.")
def till() -> None:
    from signage.app import demo_till

    demo_till(Settings())


@main.command(help="Bring signage's database to the newest shape.")
def migrate() -> None:
    from signage.storage.engine import open_engine
    from signage.storage.migrate import upgrade

    upgrade(open_engine(Settings().database, busy_ms=10_000))


@main.command(help="Process uploads and other background work.")
def worker() -> None:
    from signage.app import worker as run_worker

    run_worker(Settings())


@main.command(help="Print the store's certificate authority and how to install it on a display.")
@click.option("--name", "names", multiple=True, help="Host name or address for the certificate (may be repeated).")
def ca(names: tuple[str, ...]) -> None:
    from signage.processes.ca import certificate, fingerprint, steps

    made = certificate(Settings().data_dir, list(names))
    click.echo(made.ca.read_text(), nl=False)
    click.echo(steps(made.ca, fingerprint(made.ca)), err=True)


@main.group(help="Fonts, pictograms and photographs that set-up fetches.")
def assets() -> None:
    pass


@main.group(help="The camera's models.")
def models() -> None:
    pass
