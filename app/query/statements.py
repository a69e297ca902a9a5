"""SQL for what is asked: postings in list order, the other conditions probed record by record.

Every statement is made of the fixed texts in this module; values are only ever bound. A list is
read from the postings of one term, the *driver*, which stand in list order, so that a page costs
as much as its records however many match.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.query.parameters import Window

TERMS_MERGED_MOST = 8
"""Up to this many alternatives, counted once a window, are merged in order as they are read; more
are sorted. SQLite merges 500 parts at most, and a window of a term makes up to four."""

Parameters = list[str | int]


@dataclass(frozen=True)
class Matching:
    """The records of one collection that match: what is resolved of a query.

    `groups` hold term keys: a record must have one of each group, and the first group drives.
    `identity` names the table and ids of the records themselves, where these were asked for.
    `through` are the meetings that a participant must have taken part in, `met` the officials
    with whom.
    """

    groups: tuple[tuple[int, ...], ...]
    windows: tuple[Window, ...] = ()
    identity: tuple[str, tuple[str, ...]] | None = None
    through: "Matching | None" = None
    met: tuple[str, ...] = ()


@dataclass
class Statement:
    """An SQL text and the values bound to it."""

    text: str
    parameters: Parameters = field(default_factory=list)


def page_statement(matching: Matching, after: tuple[str, int] | None, limit: int) -> Statement:
    """Return the statement for a page: rows of sort, key and document, in no promised order."""
    keys = _keys(matching, after)
    return Statement(
        "SELECT m.sort, m.record_key, d.body FROM"
        f" ({keys.text} ORDER BY 1, 2 LIMIT ?) AS m"
        " CROSS JOIN document AS d ON d.key = m.record_key",
        [*keys.parameters, limit],
    )


def count_statement(matching: Matching) -> Statement:
    """Return the statement that counts all matches one by one."""
    keys = _keys(matching, None)
    return Statement(f"SELECT count(*) FROM ({keys.text})", keys.parameters)


def _keys(matching: Matching, after: tuple[str, int] | None) -> Statement:
    """Return the sort and key of every match; the parts of the union stand in list order."""
    arms = list(_arms(matching, after))
    parameters = [value for arm in arms for value in arm.parameters]
    return Statement(" UNION ".join(arm.text for arm in arms), parameters)


def _arms(matching: Matching, after: tuple[str, int] | None) -> Iterator[Statement]:
    conditions = _conditions(matching)
    windows = matching.windows or (Window(None, None),)
    for window in windows:
        if matching.identity is not None:
            yield _identity_arm(matching.identity, window, after, conditions)
            continue
        driver = matching.groups[0]
        few = len(driver) * len(windows) <= TERMS_MERGED_MOST
        for terms in [(term,) for term in driver] if few else [driver]:
            if window.start is None or window.end is None or window.start <= window.end:
                yield _posting_arm(terms, window, after, conditions)
            if window.start is not None:
                yield from _continuation_arms(terms, window, after, conditions)


def _posting_arm(
    terms: tuple[int, ...], window: Window, after: tuple[str, int] | None, conditions: Statement
) -> Statement:
    """Return the records of a term that begin within the window."""
    text, parameters = _of_terms("posting", terms)
    if window.start is not None and (after is None or after[0] < window.start):
        text += " AND p.sort >= ?"
        parameters.append(window.start)
    elif after is not None:
        text += " AND (p.sort, p.record_key) > (?, ?)"
        parameters += after
    if window.end is not None:
        text += " AND p.sort <= ?"
        parameters.append(window.end)
    return Statement(text + conditions.text, parameters + conditions.parameters)


def _continuation_arms(
    terms: tuple[int, ...], window: Window, after: tuple[str, int] | None, conditions: Statement
) -> Iterator[Statement]:
    """Return the records of a term that began before the window and may still go on in it."""
    start = window.start or ""
    if after is not None and after[0] >= start:
        return
    for period in (start[:4], start[:7], start):
        text, parameters = _of_terms("continuation", terms)
        text += " AND p.period = ?"
        parameters.append(period)
        if after is not None:
            text += " AND (p.sort, p.record_key) > (?, ?)"
            parameters += after
        if window.end is not None:
            text += " AND p.sort <= ?"
            parameters.append(window.end)
        yield Statement(text + conditions.text, parameters + conditions.parameters)


def _of_terms(table: str, terms: tuple[int, ...]) -> tuple[str, Parameters]:
    parameters: Parameters = list(terms)
    select = "SELECT" if len(terms) == 1 else "SELECT DISTINCT"
    return (
        f"{select} p.sort, p.record_key FROM {table} AS p WHERE p.term_key {_one_of(terms)}",
        parameters,
    )


def _one_of(values: Sequence[object]) -> str:
    return "= ?" if len(values) == 1 else f"IN ({', '.join('?' * len(values))})"


def _identity_arm(
    identity: tuple[str, tuple[str, ...]],
    window: Window,
    after: tuple[str, int] | None,
    conditions: Statement,
) -> Statement:
    table, ids = identity
    text = (
        "SELECT p.sort, p.record_key FROM"
        f" (SELECT d.key AS record_key, d.sort, d.latest FROM {table} AS r"
        f" JOIN document AS d ON d.key = r.key WHERE r.id {_one_of(ids)}) AS p WHERE true"
    )
    parameters: Parameters = list(ids)
    for bound, value in (("p.latest >= ?", window.start), ("p.sort <= ?", window.end)):
        if value is not None:
            text += f" AND {bound}"
            parameters.append(value)
    if after is not None:
        text += " AND (p.sort, p.record_key) > (?, ?)"
        parameters += after
    return Statement(text + conditions.text, parameters + conditions.parameters)


def _conditions(matching: Matching) -> Statement:
    """Return what a record of the driver must fulfil besides, as text that follows a WHERE."""
    probed = matching.groups if matching.identity is not None else matching.groups[1:]
    text, parameters = "", list[str | int]()
    for terms in probed:
        text += (
            " AND EXISTS (SELECT 1 FROM posting AS o WHERE o.record_key = p.record_key"
            f" AND o.term_key {_one_of(terms)})"
        )
        parameters += terms
    if matching.through is not None:
        sat_in = _participants_of(matching.through, matching.met)
        text += f" AND p.record_key IN ({sat_in.text})"
        parameters += sat_in.parameters
    return Statement(text, parameters)


def _participants_of(meetings: Matching, met: tuple[str, ...]) -> Statement:
    """Return who took part in the meetings; with `met`, who sat there with one of them."""
    keys = _keys(meetings, None)
    text = (
        f"SELECT s.participant_key FROM ({keys.text}) AS m"
        " JOIN meeting_participant AS s ON s.meeting_key = m.record_key"
    )
    if not met:
        return Statement(text, keys.parameters)
    text += (
        " WHERE EXISTS (SELECT 1 FROM meeting_participant AS with_whom"
        " WHERE with_whom.meeting_key = m.record_key"
        " AND with_whom.participant_key <> s.participant_key AND with_whom.participant_key IN"
        f" (SELECT key FROM participant WHERE id {_one_of(met)}))"
    )
    return Statement(text, [*keys.parameters, *met])


def overlap_statement(term: int, window: Window) -> Statement:
    """Return the statement that sums, over a few dozen periods, how a window bounds a term.

    The sum is of the records that begin by the window's end, if it has one, less those that end
    before its start: whole years, then months of the last year, then days of the last month.
    """
    arms: list[str] = []
    parameters: Parameters = []
    # "~" sorts after all digits, so that the last day itself counts for what begins by it.
    for column, bound, last_day in (
        ("beginning", window.end, f"{window.end}~"),
        ("-ending", window.start, window.start),
    ):
        if bound is None:
            continue
        for unit, first, last in (
            ("year", "", bound[:4]),
            ("month", bound[:4], bound[:7]),
            ("day", bound[:7], last_day),
        ):
            arms.append(
                f"SELECT {column} AS number FROM period_count"
                " WHERE term_key = ? AND unit = ? AND period >= ? AND period < ?"
            )
            parameters += [term, unit, first, str(last)]
    return Statement(
        f"SELECT coalesce(sum(number), 0) FROM ({' UNION ALL '.join(arms)})", parameters
    )
