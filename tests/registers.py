"""Small registers in the layout of the real ones, written by tests."""

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

RUSK = ("secretary", "rusk-david-dean", "David Dean Rusk")
KISSINGER = ("secretary", "kissinger-henry-a", "Henry A. (Heinz Alfred) Kissinger")
BLINKEN = ("secretary", "blinken-antony-j", "Antony John Blinken")
JOHNSON = ("president", "johnson-lyndon-b", "Lyndon B. Johnson")
WILSON = ("president", "wilson-woodrow", "Woodrow Wilson")

Who = tuple[str, str, str]
Visit = tuple[Who, str]


def visit(
    id_: int,
    start: str,
    end: str | None = None,
    country: str = "Japan",
    locale: str = "Tokyo",
    remarks: str = "Met with Prime Minister Sato.",
    who: Who = RUSK,
) -> Visit:
    """Return an entry of the register of travels; its country's id says nothing true."""
    role, name_id, name = who
    return who, (
        f"    <trip role={quoteattr(role)} who={quoteattr(name_id)}>\n"
        f"        <id>{id_}</id>\n        <role>{role}</role>\n"
        f"        <name>{escape(name)}</name>\n"
        f"        <start-date>{start}</start-date>\n        <end-date>{end or start}</end-date>\n"
        f'        <country id="antarctica">{escape(country)}</country>\n'
        f"        <locale>{escape(locale)}</locale>\n"
        f"        <remarks>{escape(remarks)}</remarks>\n"
        "        <created-by>somebody</created-by>\n"
        "        <created-datetime>2010-02-27T14:35:48.889-04:00</created-datetime>\n"
        "        <last-modified-by>somebody</last-modified-by>\n"
        "        <last-modified-datetime/>\n    </trip>\n"
    )


def write_travels(folder: Path, visits: Iterable[Visit]) -> Path:
    """Write entries into the files of their travellers, in their order, in place of all others."""
    for old in folder.glob("*-travels/*.xml"):
        old.unlink()
    files: dict[Path, list[str]] = {}
    for (role, name_id, _), text in visits:
        files.setdefault(folder / f"{role}-travels" / f"{name_id}.xml", []).append(text)
    for path, entries in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<trips>\n{"".join(entries)}</trips>\n'
        path.write_text(text, "utf-8")
    tables = folder / "code-tables"
    tables.mkdir(parents=True, exist_ok=True)
    (tables / "travel-role-codes.xml").write_text("<code-table><name>x</name></code-table>")
    return folder


def leader(
    id_: int,
    start: str,
    end: str | None = None,
    visitor: str = "King Juan Carlos I",
    speaks_for: str = "Spain",
    description: str = "State visit.",
    page: str | None = None,
) -> str:
    """Return an entry of the register of visits."""
    page = page or speaks_for.lower().replace(" ", "-").replace(",", "")
    return (
        f"    <visit>\n        <id>{id_}</id>\n        <start-date>{start}</start-date>\n"
        f"        <end-date>{end or start}</end-date>\n"
        f"        <visitor>{escape(visitor)}</visitor>\n"
        f"        <from id={quoteattr(page)}>{escape(speaks_for)}</from>\n"
        f"        <description>{escape(description)}</description>\n"
        "        <created-by>somebody</created-by>\n    </visit>\n"
    )


def write_visits(folder: Path, *visits: str, decade: int = 1970) -> Path:
    """Write entries into the file of a decade."""
    path = folder / "data" / f"{decade}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<visits>\n{''.join(visits)}</visits>\n", "utf-8")
    return folder
