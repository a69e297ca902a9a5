"""Logs: one line each, whatever is in them; tried in processes of their own."""

import logging
import re
import subprocess
import sys

import pytest

from app.logs import OneLine, log_config
from app.settings import PROJECT

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR) [a-z.]+ .+")


def logged(level: str, *statements: str) -> list[str]:
    """Return the lines that statements write to standard error, given a log level."""
    script = "\n".join(
        [
            "import logging",
            "from app.logs import configure_logs",
            f"configure_logs({level!r})",
            *statements,
        ]
    )
    done = subprocess.run(  # noqa: S603 - this very Python, and a script of this test
        [sys.executable, "-X", "utf8", "-c", script],
        capture_output=True,
        encoding="utf-8",
        cwd=PROJECT,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_each_record_is_one_line_on_standard_error() -> None:
    lines = logged(
        "info",
        "log = logging.getLogger('readout.access')",
        "log.info('GET /meetings 200')",
        "log.warning('two\\nlines\\r\\nand \\x1b[31mmore\\u2028')",
        "log.debug('not important')",
        "try: 1 / 0",
        "except ZeroDivisionError: logging.getLogger('uvicorn.error').exception('failed')",
        "logging.getLogger('somebody').error('elsewhere: %s', 'a\\nb')",
        "logging.getLogger('somebody').info('not important')",
        "logging.getLogger('uvicorn.access').info('written by Readout itself')",
    )
    assert len(lines) == 4
    assert all(LINE.fullmatch(line) for line in lines)
    assert lines[0].endswith(" INFO readout.access GET /meetings 200")
    assert lines[1].endswith(r" WARNING readout.access two\nlines\r\nand \x1b[31mmore\u2028")
    assert r"uvicorn.error failed\nTraceback (most recent call last):\n" in lines[2]
    assert "ZeroDivisionError: division by zero" in lines[2]
    assert lines[3].endswith(r" ERROR somebody elsewhere: a\nb")


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_lines_below_the_level_are_left_out(level: str, written: list[str]) -> None:
    lines = logged(
        level,
        "for name in ('debug', 'info', 'warning', 'error'):",
        "    getattr(logging.getLogger('readout.access'), name)(name)",
    )
    assert [line.split()[-1] for line in lines] == written


def test_uvicorn_is_given_the_same_configuration() -> None:
    config = log_config("info")
    assert config["formatters"]["line"]["()"] is OneLine
    assert config["disable_existing_loggers"] is False


def test_letters_of_any_script_are_left_as_they_are() -> None:
    record = logging.LogRecord("readout", logging.INFO, "", 0, "Tōkyō 東京 🗾", None, None)
    assert OneLine("%(message)s").format(record) == "Tōkyō 東京 🗾"


def test_what_cannot_be_encoded_is_escaped() -> None:
    record = logging.LogRecord("readout", logging.INFO, "", 0, "a\udcffb\0", None, None)
    assert OneLine("%(message)s").format(record) == r"a\udcffb\x00"
