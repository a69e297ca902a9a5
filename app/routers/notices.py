"""Notices on the names in a request, for answers that found nothing."""

from dataclasses import asdict
from typing import Any

from app.query.parameters import QueryPlan
from app.query.search import SearchPlan
from app.representations.formats import fit
from app.store.base import Held, Store


def noticed(store: Store, total: int, plan: QueryPlan | SearchPlan) -> dict[str, Any]:
    """Return `notices` for an answer, if it found nothing and there is something to say."""
    notices = [] if total else store.spellings(plan)
    return {"notices": [asdict(notice) for notice in notices]} if notices else {}


def sentences(store: Store | Held, plan: QueryPlan) -> list[str]:
    """Return the notices of a list that found nothing as sentences, for formats without a field."""
    found = store.spellings(plan)
    said = (f"{notice.parameter} “{notice.value}” {notice.message}" for notice in found)
    return list(map(fit, said))
