from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import PROJECT, Settings


def test_what_is_served_where_nothing_is_set() -> None:
    settings = Settings()
    assert settings.database_path == Path("readout.db")
    assert settings.seed == PROJECT / "seed"
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.root_path == ""


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("DATABASE_URL", "sqlite:////srv/data/readout.db", "database_path",
         Path("/srv/data/readout.db")),
        ("DATABASE_URL", "sqlite:///data/trips.db", "database_path", Path("data/trips.db")),
        ("SEED", "/srv/trips", "seed", Path("/srv/trips")),
        ("HOST", "::", "host", "::"),
        ("PORT", "0", "port", 0),
        ("PORT", "65535", "port", 65535),
        ("WORKERS", "4", "workers", 4),
        ("ROOT_PATH", "/api/readout", "root_path", "/api/readout"),
        ("ROOT_PATH", "", "root_path", ""),
        ("FORWARDED_ALLOW_IPS", "*", "forwarded_allow_ips", "*"),
        ("MAX_AGE", "0", "max_age", 0),
        ("SHUTDOWN_SECONDS", "0", "shutdown_seconds", 0),
        ("LOG_LEVEL", "debug", "log_level", "debug"),
    ],
)  # fmt: skip
def test_a_setting_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, expected: object
) -> None:
    monkeypatch.setenv(f"READOUT_{name}", value)
    assert getattr(Settings(), field) == expected


def test_a_setting_in_small_letters_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("readout_port", "1")
    assert Settings().port == 1


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READOUT_PORT", "1")
    monkeypatch.setenv("READOUT_HOST", "::")
    settings = Settings(port=2)
    assert (settings.port, settings.host) == (2, "::")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DATABASE_URL", "", "must name a SQLite file"),
        ("DATABASE_URL", "readout.db", "must name a SQLite file"),
        ("DATABASE_URL", "sqlite://", "must name a SQLite file"),
        ("DATABASE_URL", "sqlite:///", "must name a SQLite file"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a SQLite file"),
        ("DATABASE_URL", "postgresql://localhost/readout", "must name a SQLite file"),
        ("PORT", "65536", "less than or equal to 65535"),
        ("PORT", "-1", "greater than or equal to 0"),
        ("PORT", "http", "valid integer"),
        ("PORT", "", "valid integer"),
        ("WORKERS", "0", "greater than or equal to 1"),
        ("WORKERS", "1.5", "valid integer"),
        ("WORKERS", "257", "less than or equal to 256"),
        ("ROOT_PATH", "api", "must begin with /"),
        ("ROOT_PATH", "/api/", "not end with one"),
        ("ROOT_PATH", "/", "not end with one"),
        ("ROOT_PATH", "/a b", "written as in an address"),
        ("ROOT_PATH", "/a\r\nSet-Cookie: b=c", "written as in an address"),
        ("ROOT_PATH", "/50%", "written as in an address"),
        ("MAX_AGE", "-1", "greater than or equal to 0"),
        ("MAX_AGE", "a minute", "valid integer"),
        ("SHUTDOWN_SECONDS", "-1", "greater than or equal to 0"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("LOG_LEVEL", "", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_bad_value_is_refused_with_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(f"READOUT_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    (error,) = refused.value.errors()
    assert error["loc"] == (name.lower(),)
    assert error["input"] == value
    assert why in error["msg"]


def test_every_bad_value_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READOUT_PORT", "x")
    monkeypatch.setenv("READOUT_WORKERS", "0")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert {error["loc"] for error in refused.value.errors()} == {("port",), ("workers",)}


def test_what_is_none_of_its_settings_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READOUT_COLOUR", "blue")
    monkeypatch.setenv("PORT", "1")
    assert Settings().port == 8000


def test_settings_do_not_change_while_serving() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
