"""demo, check-settings: the verbs to start with."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.common import fail, say, settings_for
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.settings import SETTINGS_FILE, SETTINGS_TEMPLATE, WrongSettings

ABOUT_DATA = Path(__file__).with_name("about-data.md")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
def demo(directory: Path) -> None:
    """Write the synthetic demo squad into DIRECTORY, ready for `nightly --raw DIRECTORY`."""
    from flows.demo.squad import write_demo_squad

    if directory.exists() and any(directory.iterdir()):
        fail(f"{directory} is not empty; name a new folder", EXIT_WRONG_USAGE)
    write_demo_squad(directory)
    click.echo(f"The demo squad lies in {directory}. Now: tendonwatch nightly --raw {directory}")


@click.command("check-settings")
@click.option(
    "--init",
    "is_init",
    is_flag=True,
    help=f"Write {SETTINGS_FILE} and an empty data/raw, to begin with.",
)
@click.pass_context
def check_settings(context: click.Context, is_init: bool) -> None:
    """Check tendonwatch.toml and the environment, and show what they come to."""
    if is_init:
        begin_in(context.obj)
    from flows.alerts.delivery import reach

    settings = settings_for(context)
    for key, value in settings.model_dump().items():
        say(f"{key} = {value}")
    try:
        for target in settings.alerts:
            reach(target.target)
    except WrongSettings as error:
        fail(str(error), EXIT_WRONG_USAGE)


def begin_in(folder: Path) -> None:
    """Write the settings with their explanations and an empty input folder; existing ones are kept."""
    for source, target in ((SETTINGS_TEMPLATE, folder / SETTINGS_FILE), (ABOUT_DATA, folder / "data" / "README.md")):
        try:
            (folder / "data" / "raw").mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                stream.write(source.read_bytes())
        except FileExistsError as error:
            say(f"{error.filename} is there already and stays as it is")
        except OSError as error:
            fail(f"{error.filename} cannot be written ({error.strerror})")
        else:
            say(f"wrote {target}")
