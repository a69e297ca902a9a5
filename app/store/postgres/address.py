"""The address of a PostgreSQL database, which may name several hosts."""

from typing import NamedTuple

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.store.base import DatabaseUnavailable

SCHEME = "postgresql+psycopg://"

_CHOICES = {
    "prefer-standby": "prefer-standby",
    "any": "any",
    "standby": "standby",
    "read-only": "standby",
    "primary": "primary",
    "read-write": "primary",
}
"""Values of `target_session_attrs`, and which hosts they let answers come from."""


class Address(NamedTuple):
    """Where a database is: how to connect to each of its hosts, and which of them answer."""

    hosts: dict[str, str]
    """For each host, by name and port, the connection string that leads to it alone."""

    writing: str
    """The connection string that finds the host that takes writes."""

    target: str
    """Which hosts answer: `prefer-standby`, `standby`, `primary` or `any`."""

    is_balanced: bool
    """Whether hosts that are as good as each other answer in turns."""


def read_address(url: str) -> Address:
    """Parse a URL; raise `DatabaseUnavailable` if libpq does not accept it."""
    try:
        given = conninfo_to_dict(f"postgresql://{url.removeprefix(SCHEME)}")
    except ProgrammingError as error:
        raise DatabaseUnavailable(f"the address of the database cannot be read: {error}") from error
    target = str(given.pop("target_session_attrs", "prefer-standby"))
    if target not in _CHOICES:
        known = ", ".join(_CHOICES)
        raise DatabaseUnavailable(f"target_session_attrs={target} is none of {known}")
    balance = str(given.pop("load_balance_hosts", "random"))
    if balance not in ("random", "disable"):
        raise DatabaseUnavailable(f"load_balance_hosts={balance} is none of random, disable")
    given.setdefault("application_name", "readout")
    names = str(given.pop("host", "")).split(",")
    ports = str(given.pop("port", "")).split(",")
    if len(ports) == 1:
        ports *= len(names)
    if len(ports) != len(names):
        raise DatabaseUnavailable(
            f"the address of the database names {len(names)} hosts and {len(ports)} ports"
        )
    reading = {
        **given,
        # Text comes as the bytes it is stored as.
        "client_encoding": "SQL_ASCII",
        "options": f"{given.get('options', '')} -c default_transaction_read_only=on".strip(),
    }
    hosts = {}
    for name, port in zip(names, ports, strict=True):
        one = {key: value for key, value in (("host", name), ("port", port)) if value}
        hosts[f"{name}:{port}" if port else name] = make_conninfo("", **reading, **one)
    every = {"host": ",".join(names), "port": ",".join(ports)}
    writing = make_conninfo(
        "",
        **{"connect_timeout": "5", **given, "client_encoding": "UTF8"},
        **{key: value for key, value in every.items() if value.strip(",")},
        target_session_attrs="read-write",
    )
    return Address(hosts, writing, _CHOICES[target], balance == "random")
