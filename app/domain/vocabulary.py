"""The closed lists of words that trip files, tables, filters and answers share."""

from enum import StrEnum


class ParticipantKind(StrEnum):
    """A named person, or a group of people whom the source does not name."""

    OFFICIAL = "official"
    GROUP = "group"


class MeetingFormat(StrEnum):
    """Whether the participants were in one place."""

    IN_PERSON = "in-person"
    VIRTUAL = "virtual"


class AgreementKind(StrEnum):
    """How binding the source says that an agreement is."""

    COMMITMENT = "commitment"
    PLEDGE = "pledge"
    DRAFT_AGREEMENT = "draft-agreement"
    AFFIRMATION = "affirmation"
    SHARED_POSITION = "shared-position"


class OccasionWhen(StrEnum):
    """When a quote was said, relative to the meeting it belongs to."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
