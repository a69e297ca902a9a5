"""Content that was harmed, and what commands make of it."""

import random
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from app.cli import commands
from tests.databases import revision_of
from tests.faults.data import content_of
from tests.fuzzing.cases import COUNTED

ODD: tuple[Any, ...] = (
    None, "", " ", 0, -1, 10**30, 1.5, float("nan"), True, [], {}, [[]], {"a": {}}, "\0",
    "é" * 3000, "2021-02-30", "0000-00-00", "KP", "---", "&a *a", "<b>",
)  # fmt: skip


def tried(database: Path, *arguments: str | Path) -> int:
    """Run a command; see that it ends in order, with a reason if it fails; return its status."""
    before = content_of(database)
    done = CliRunner().invoke(
        commands,
        list(map(str, arguments)),
        env={"READOUT_DATABASE_URL": f"sqlite:///{database}"},
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in (0, 1), done.output
    assert "Traceback" not in done.output
    if done.exit_code:
        assert done.stderr.strip()
        assert content_of(database) == before
    COUNTED[f"{arguments[0]}: {'refused' if done.exit_code else 'done'}"] += 1
    return done.exit_code


def checked_and_loaded(database: Path, file: Path) -> int:
    """Check a file and load it; see that both say the same; return their status."""
    status = tried(database, "check", file)
    assert tried(database, "load", file) == status
    if status == 0:
        before = revision_of(database)
        assert tried(database, "load", file) == 0
        assert revision_of(database) == before  # It is there already.
    return status


def mutated(chance: random.Random, node: Any) -> Any:
    """Return a tree in which one node was left out, doubled, or replaced by something odd."""
    if isinstance(node, dict) and node and chance.random() < 0.8:
        key = chance.choice(sorted(node, key=str))
        changed = dict(node)
        how = chance.random()
        if how < 0.2:
            del changed[key]
        elif how < 0.3:
            changed[str(chance.choice(ODD))] = changed.pop(key)
        else:
            changed[key] = mutated(chance, node[key])
        return changed
    if isinstance(node, list) and node and chance.random() < 0.8:
        at = chance.randrange(len(node))
        how = chance.random()
        if how < 0.2:
            return node[:at] + node[at + 1 :]
        if how < 0.3:
            return [*node, node[at]]
        return [*node[:at], mutated(chance, node[at]), *node[at + 1 :]]
    return chance.choice(ODD)


def flipped(chance: random.Random, content: bytes) -> bytes:
    """Return bytes of which some were changed, left out, or cut off."""
    harmed = bytearray(content)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(harmed))
        match chance.randrange(4):
            case 0:
                harmed[at] = chance.randrange(256)
            case 1:
                del harmed[at : at + chance.randrange(1, 40)]
            case 2:
                harmed[at:at] = bytes(chance.choice(b"\0\n:-{}[]&*!\"'#\xff \t") for _ in range(3))
            case _:
                del harmed[at + 1 :]
        if not harmed:
            break
    return bytes(harmed)
