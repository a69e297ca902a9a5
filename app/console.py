"""Printing for commands, without the characters that a terminal would obey."""

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn
from unicodedata import category

import typer

if TYPE_CHECKING:
    from app.domain.issues import Issue
    from app.settings import Settings


def print_text(text: str) -> None:
    """Print a text, as UTF-8 and names of files as they are, whatever the terminal is set to."""
    typer.echo(text.encode(errors="surrogateescape"))


def print_line(text: str) -> None:
    """Print one line that names files or values, without anything that a terminal would obey."""
    print_text(_visible(text))


def print_version(is_asked: bool) -> None:
    """Print which version this is, and end, if that is asked."""
    if is_asked:
        from importlib.metadata import version

        print_text(f"readout {version('readout')}")
        raise typer.Exit


def counted(number: int, thing: str) -> str:
    """Return `1 trip` or `2 trips`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


_PASSWORD = re.compile(r"(:).*(?=@)|(\bpassword\s*=\s*)('[^']*'|[^&\s]+)", re.I | re.S)
"""All between the first colon and the last @, since what is printed is not well-formed."""

MAX_ISSUES = 100
"""At most this many issues are printed, and the number of the rest."""


def tell(issues: "list[Issue]", prefix: str = "") -> None:
    """Print issues, as many as somebody may read."""
    for issue in issues[:MAX_ISSUES]:
        typer.echo(f"{prefix}{_visible(str(issue))}", err=True)
    if len(issues) > MAX_ISSUES:
        typer.echo(f"{prefix}and {len(issues) - MAX_ISSUES} more", err=True)


def _visible(text: str) -> str:
    """Return a text without anything that a terminal would obey, such as the name of a file."""
    return "".join(
        repr(character)[1:-1] if category(character) in ("Cc", "Cf", "Zl", "Zp") else character
        for character in text
    )


def warn(message: str) -> None:
    """Print one line to standard error, where it is seen if the output goes into a file."""
    typer.echo(f"warning: {_visible(message)}", err=True)


def fail(issues: list["Issue"], outcome: str = "") -> NoReturn:
    """Print issues and how many there are, and end with status 1."""
    tell(issues)
    stop("; ".join(filter(None, (counted(len(issues), "fault"), outcome))))


def stop(message: str, status: int = 1) -> NoReturn:
    """Print why a command ends, and end with a status."""
    typer.echo("\n".join(map(_visible, message.split("\n"))), err=True)
    sys.exit(status)


def without_password(text: str) -> str:
    """Return the address of a database without its password."""
    return _PASSWORD.sub(r"\1\2***", text)


def read_settings(options: Mapping[str, Any] | None = None) -> "Settings":
    """Return the settings, those given as options first; stop where one is wrong."""
    from pydantic import ValidationError

    from app.settings import ENV_FILE, Settings

    options = options or {}
    try:
        return Settings(**options)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}", status=2)
    except UnicodeDecodeError:
        stop(f"{ENV_FILE}: is not UTF-8 text", status=2)
    except ValidationError as error:
        faults = []
        for fault in error.errors():
            field = str(fault["loc"][0])
            name = f"--{field} " if field in options else f"READOUT_{field.upper()}="
            message = fault["msg"].removeprefix("Value error, ")
            value = without_password(str(fault["input"]))
            faults.append(f"{name}{value}: {message[0].lower()}{message[1:]}")
        stop("\n".join(faults), status=2)
