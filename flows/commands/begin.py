"""demo, check-settings: the verbs to start with."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.common import fail, say, settings_for
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.settings import SETTINGS_FILE, SETTINGS_TEMPLATE, WrongSettings

NOT_FOR_GIT = (
    b"# Secrets, the accounts that need them, and what nights publish of people's health\naccounts.toml\nsecrets/\nvar/\n"
)
ABOUT_DATA = Path(__file__).with_name("about-data.md")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), required=False)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help="Write a workbook (.xlsx) to fill in instead: a sheet for each log, with drop-downs and help.",
)
def demo(directory: Path | None, template: Path | None) -> None:
    """Write the synthetic demo squad into DIRECTORY, ready for `nightly --raw DIRECTORY`."""
    if template is not None and directory is None:
        _write_template(template)
        return
    if directory is None or template is not None:
        fail("name either a folder for the demo squad, or --template FILE.xlsx", EXIT_WRONG_USAGE)
    from flows.demo.squad import write_demo_squad

    if directory.exists() and any(directory.iterdir()):
        fail(f"{directory} is not empty; name a new folder", EXIT_WRONG_USAGE)
    write_demo_squad(directory)
    click.echo(f"The demo squad lies in {directory}. Now: tendonwatch nightly --raw {directory}")


def _write_template(path: Path) -> None:
    from flows.demo.template import write_template

    if path.suffix.lower() != ".xlsx":
        fail(f"{path} is not called .xlsx; name it so, as that is what it is", EXIT_WRONG_USAGE)
    if path.exists():
        fail(f"{path} is there already; name a new file", EXIT_WRONG_USAGE)
    try:
        write_template(path)
    except OSError as error:
        fail(f"{path} cannot be written: {error}", EXIT_WRONG_USAGE)
    say(f"The workbook lies in {path}. Filled in, it goes into the runner's folder below data/raw.")


@click.command("check-settings")
@click.option(
    "--init",
    "is_init",
    is_flag=True,
    help=f"Write {SETTINGS_FILE} and an empty data/raw, to begin with.",
)
@click.pass_context
def check_settings(context: click.Context, is_init: bool) -> None:
    """Check tendonwatch.toml, accounts.toml and the environment, and show what they come to."""
    if is_init:
        begin_in(context.obj)
    from flows.alerts.delivery import reach
    from flows.fetch.accounts import load_accounts

    settings = settings_for(context)
    for key, value in settings.model_dump().items():
        say(f"{key} = {value}")
    try:
        for target in settings.alerts:
            reach(target.target)
        load_accounts(settings)
    except WrongSettings as error:
        fail(str(error), EXIT_WRONG_USAGE)


def begin_in(folder: Path) -> None:
    """Write the settings with their explanations and an empty input folder; existing ones are kept."""
    files = {
        folder / SETTINGS_FILE: SETTINGS_TEMPLATE.read_bytes(),
        folder / "data" / "README.md": ABOUT_DATA.read_bytes(),
        folder / ".gitignore": NOT_FOR_GIT,
    }
    for target, content in files.items():
        try:
            (folder / "data" / "raw").mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                stream.write(content)
        except FileExistsError as error:
            say(f"{error.filename} is there already and stays as it is")
        except OSError as error:
            fail(f"{error.filename} cannot be written ({error.strerror})")
        else:
            say(f"wrote {target}")
