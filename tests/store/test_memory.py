"""What is remembered of a revision takes no more than its bytes, whatever is asked."""

import tracemalloc

from app.store.sql.memory import MAX_NAME_BYTES, Memory
from tests.client import Client, MakeClient

ROOM = 100_000


def fill(memory: Memory, number: int, length: int) -> None:
    for at in range(number):
        memory.set(("name", f"{at}{'x' * length}"), [(at, "y" * length)])


def test_facts_are_found_again() -> None:
    memory = Memory(ROOM)
    assert memory.get("name") is None
    memory.set("name", 7)
    memory.set("other", [1])
    assert (memory.get("name"), memory.get("other")) == (7, [1])


def test_any_number_of_facts_takes_no_more_room() -> None:
    for length in (1, 100, 1000):
        memory = Memory(ROOM)
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            fill(memory, 2000, length)
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert ROOM / 3 < memory.bytes <= ROOM
        assert after - before <= 1.5 * ROOM


def test_what_is_asked_for_again_outlasts_what_is_not() -> None:
    memory = Memory(ROOM)
    memory.set("often", [1])
    memory.set("once", [2])
    for at in range(2000):
        memory.set(f"stranger-{at}", "z" * 100)
        assert memory.get("often") == [1]
    assert memory.get("once") is None


def test_long_names_and_large_facts_are_not_remembered() -> None:
    memory = Memory(ROOM)
    memory.set("x" * MAX_NAME_BYTES, 1)
    memory.set("large", "x" * ROOM)
    assert memory.bytes == 0


def test_questions_that_are_long_and_never_the_same(serve: MakeClient, client: Client) -> None:
    fresh = serve(client.database.path)
    fresh.look()
    memory = fresh.database.memory
    assert fresh.get("/meetings?q=japan&limit=1").status_code == 200
    for at in range(20):
        before = memory.bytes
        words = "&".join(f"q={at}{'x' * 900}{more}" for more in range(10))
        assert fresh.get(f"/meetings?{words}&q=japan&limit=1").status_code == 200
        assert memory.bytes == before
        before = memory.bytes
        names = "&".join(f"city={at}-{'y' * 190}{more}" for more in range(20))
        assert fresh.get(f"/meetings?{names}").status_code == 200
        assert memory.bytes < before + 20 * 1500
