"""SQL for how many records match: counted one by one, or summed from what the loader counted."""

from app.query.dates import Window
from app.store.sqlite.statements import Matching, Parameters, Statement, matching_keys


def count_statement(matching: Matching) -> Statement:
    """Return the statement that counts all matches one by one."""
    keys = matching_keys(matching)
    return Statement(f"SELECT count(*) FROM ({keys.text}) AS m", keys.parameters)


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
        f"SELECT coalesce(sum(number), 0) FROM ({' UNION ALL '.join(arms)}) AS p", parameters
    )
