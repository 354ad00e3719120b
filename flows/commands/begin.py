"""demo, check-settings: the verbs to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.common import fail, say, settings_for
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.settings import WrongSettings


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
@click.pass_context
def check_settings(context: click.Context) -> None:
    """Check tendonwatch.toml and the environment, and show what they come to."""
    from flows.alerts.delivery import reach

    settings = settings_for(context)
    for key, value in settings.model_dump().items():
        say(f"{key} = {value}")
    try:
        for target in settings.alerts:
            reach(target.target)
    except WrongSettings as error:
        fail(str(error), EXIT_WRONG_USAGE)
