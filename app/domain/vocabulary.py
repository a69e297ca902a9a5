"""The closed lists of words that trip files, tables, filters and answers share."""

from enum import StrEnum


class ParticipantKind(StrEnum):
    """A named person, or a group of people whom the source does not name."""

    OFFICIAL = "official"
    GROUP = "group"


class MeetingFormat(StrEnum):
    """How the participants came together."""

    IN_PERSON = "in-person"
    VIRTUAL = "virtual"
    TELEPHONE = "telephone"
    HYBRID = "hybrid"


class MeetingKind(StrEnum):
    """What sort of event a meeting is."""

    MEETING = "meeting"
    PRESS_CONFERENCE = "press-conference"
    SPEECH = "speech"
    CEREMONY = "ceremony"
    VISIT = "visit"


class Status(StrEnum):
    """Whether a trip, stop or meeting took place."""

    HELD = "held"
    PLANNED = "planned"
    CANCELLED = "cancelled"


class AgreementKind(StrEnum):
    """How binding the source says that an agreement is, or what kind of document it is."""

    COMMITMENT = "commitment"
    PLEDGE = "pledge"
    DRAFT_AGREEMENT = "draft-agreement"
    AFFIRMATION = "affirmation"
    SHARED_POSITION = "shared-position"
    TREATY = "treaty"
    MEMORANDUM = "memorandum"
    JOINT_STATEMENT = "joint-statement"


class PartyKind(StrEnum):
    """What a party of an agreement is."""

    COUNTRY = "country"
    ORGANIZATION = "organization"


class SourceKind(StrEnum):
    """What sort of document or register a source is."""

    ARTICLE = "article"
    READOUT = "readout"
    STATEMENT = "statement"
    TRANSCRIPT = "transcript"
    VIDEO = "video"
    DATASET = "dataset"
    BOOK = "book"


class Recorded(StrEnum):
    """Whether the meetings of a trip are recorded."""

    YES = "yes"
    NO = "no"


class OccasionWhen(StrEnum):
    """When a quote was said, relative to the meeting or the trip it belongs to."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
