"""Logs: one line each, whatever is in them; tried in processes of their own."""

import json
import logging
import re
import subprocess
import sys

import pytest

from app.logs import JsonLine, OneLine, log_config
from app.settings import PROJECT
from tests.client import Client

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR) [a-z.]+ .+")


def logged(level: str, *statements: str, format_: str = "text") -> list[str]:
    """Return the lines that statements write to standard error, given a log level."""
    script = "\n".join(
        [
            "import logging",
            "from app.logs import configure_logs",
            f"configure_logs({level!r}, {format_!r})",
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
    assert config["formatters"][config["handlers"]["lines"]["formatter"]]["()"] is OneLine
    assert config["disable_existing_loggers"] is False


def test_letters_of_any_script_are_left_as_they_are() -> None:
    record = logging.LogRecord("readout", logging.INFO, "", 0, "Tōkyō 東京 🗾", None, None)
    assert OneLine("%(message)s").format(record) == "Tōkyō 東京 🗾"


def test_what_cannot_be_encoded_is_escaped() -> None:
    record = logging.LogRecord("readout", logging.INFO, "", 0, "a\udcffb\0", None, None)
    assert OneLine("%(message)s").format(record) == r"a\udcffb\x00"


def test_json_is_an_object_a_line() -> None:
    lines = logged(
        "info",
        "log = logging.getLogger('readout.access')",
        "log.info('GET /ö 200', extra={'fields': {'status': 200, 'request_id': 'a-1'}})",
        "log.warning('two\\nlines\\r\\nand \\x1b[31mmore\\u2028')",
        "try: 1 / 0",
        "except ZeroDivisionError: logging.getLogger('uvicorn.error').exception('failed')",
        format_="json",
    )
    assert len(lines) == 3
    request, broken, failed = map(json.loads, lines)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", request.pop("time"))
    assert request == {
        "level": "INFO", "logger": "readout.access", "message": "GET /ö 200",
        "status": 200, "request_id": "a-1",
    }  # fmt: skip
    assert broken["message"] == "two\nlines\r\nand \x1b[31mmore\u2028"
    assert failed["logger"] == "uvicorn.error"
    assert failed["traceback"].endswith("ZeroDivisionError: division by zero")


def test_the_line_of_a_request_has_its_parts_by_name(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "readout.access")
    client.get("/meetings?limit=1", headers={"X-Request-ID": "mine"})
    (record,) = [each for each in caplog.records if each.name == "readout.access"]
    line = json.loads(JsonLine().format(record))
    assert (line["method"], line["target"]) == ("GET", "/meetings?limit=1")
    assert (line["status"], line["request_id"]) == (200, "mine")
    assert line["bytes"] > 100
    assert line["milliseconds"] > 0
    assert line["message"].startswith("GET /meetings?limit=1 200 ")
