from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import PROJECT, Settings, unknown_settings


def test_a_database_that_is_no_file_is_not_offered_as_one() -> None:
    with pytest.raises(ValidationError, match="needs a SQLite database"):
        Settings(database_url="postgresql+psycopg://one/trips", offer_database=True)
    assert Settings(offer_database=True).offer_database


def test_what_is_served_where_nothing_is_set() -> None:
    settings = Settings()
    assert settings.database == Path("readout.db")
    assert settings.seed == PROJECT / "seed"
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.root_path == ""


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("DATABASE_URL", "sqlite:////srv/data/readout.db", "database",
         Path("/srv/data/readout.db")),
        ("DATABASE_URL", "sqlite:///data/trips.db", "database", Path("data/trips.db")),
        ("DATABASE_URL", "postgresql+psycopg://one,two/trips", "database",
         "postgresql+psycopg://one,two/trips"),
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
        ("LOG_FORMAT", "json", "log_format", "json"),
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
        ("DATABASE_URL", "sqlite:///readout.db?mode=rw", "options after a ? are not taken"),
        ("HOST", "", "must name an address"),
        ("HOST", " ", "must name an address"),
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


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(
        "# how we serve\nexport READOUT_PORT=1\nreadout_seed='/srv/trips'\nOTHER=x\n", "utf-8"
    )
    return path


def test_the_environment_goes_before_an_env_file(
    monkeypatch: pytest.MonkeyPatch, env_file: Path
) -> None:
    assert Settings(_env_file=env_file).port == 1
    monkeypatch.setenv("READOUT_PORT", "2")
    settings = Settings(_env_file=env_file)
    assert (settings.port, settings.seed) == (2, Path("/srv/trips"))


def test_an_env_file_goes_before_secrets(tmp_path: Path, env_file: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "readout_database_url").write_text("sqlite:////srv/readout.db\n", "utf-8")
    (secrets / "READOUT_PORT").write_text("3", "utf-8")
    settings = Settings(_env_file=env_file, _secrets_dir=secrets)
    assert (settings.database, settings.port) == (Path("/srv/readout.db"), 1)
    assert Settings(_secrets_dir=secrets).port == 3


def test_a_bad_value_in_an_env_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("READOUT_HOST=", "utf-8")
    with pytest.raises(ValidationError, match="must name an address"):
        Settings(_env_file=tmp_path / ".env")


def test_names_that_are_no_settings_are_listed_without_their_values(
    monkeypatch: pytest.MonkeyPatch, env_file: Path
) -> None:
    monkeypatch.setenv("READOUT_COLOUR", "blue")
    monkeypatch.setenv("readout_prot", "81")
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("READOUT_MAX_AGE", "1")
    with env_file.open("a", encoding="utf-8") as file:
        file.write("READOUT_WORKER=4\n")
    assert Settings().port == 8000
    assert unknown_settings(env_file) == [
        "READOUT_COLOUR is not a setting",
        "READOUT_WORKER is not a setting; READOUT_WORKERS?",
        "readout_prot is not a setting; READOUT_PORT?",
    ]


def test_settings_do_not_change_while_serving() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
