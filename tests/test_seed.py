"""The trip files in `seed/`, the schema that editors check them with, and what is said of both."""

import re
import types
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from pydantic import BaseModel

from app.domain.tripfile import TripFile, trip_file_schema
from app.ingest.reading import GENERATED_SCHEMA, TripFileError, find_trip_files, read_trip_file
from app.ingest.yamltree import Tree
from app.settings import PROJECT
from tests.ingest.goodfile import GOOD, complaints, write
from tests.ingest.test_explaining import FIELDS

SEED = PROJECT / "seed"
FILES = find_trip_files([SEED])
README = (SEED / "README.md").read_text("utf-8")
FIRST_LINE = f"# yaml-language-server: $schema={GENERATED_SCHEMA}\n"


def validator() -> jsonschema.Draft202012Validator:
    schema = Tree(trip_file_schema()).value
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_is_the_one_that_the_models_make() -> None:
    assert (SEED / GENERATED_SCHEMA).read_text("utf-8") == trip_file_schema()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_trip_file_is_named_after_its_trip_and_tells_editors_its_schema(path: Path) -> None:
    assert path.name == f"{read_trip_file(path).trip.id}.yaml"
    text = path.read_text("utf-8")
    assert text.startswith(FIRST_LINE)
    validator().validate(Tree(text).value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(old, new, id=name)
        for name, old, new, _ in FIELDS
        if name
        in {
            "a field misspelt",
            "a number where text belongs",
            "capitals in an id",
            "evidence without a passage",
            "an unknown kind of agreement",
            "inferred and no field",
            "too far north",
            "a year in quotes",
        }
    ],
)
def test_editors_see_what_is_wrong_with_the_shape_of_a_file(old: str, new: str) -> None:
    assert validator().is_valid(Tree(GOOD).value)
    assert not validator().is_valid(Tree(GOOD.replace(old, new)).value)


# --- seed/README.md ---------------------------------------------------------------------------


def examples() -> list[str]:
    blocks = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block for block in blocks if block != FIRST_LINE]


def test_the_example_is_a_trip_file(tmp_path: Path) -> None:
    example, *_ = examples()
    trip = read_trip_file(write(tmp_path, example)).trip
    seed = read_trip_file(SEED / f"{trip.id}.yaml").trip
    assert {meeting.id for meeting in trip.meetings} <= {meeting.id for meeting in seed.meetings}


def test_the_complaint_that_is_shown_is_one_that_is_told(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^seed/x\.yaml:\d+: (.*)$", README, re.MULTILINE)
    path = SEED / "2021-03-tokyo-seoul.yaml"
    city = read_trip_file(path).trip.meetings[2].city
    before, found, after = path.read_text("utf-8").partition("Yoshihide Suga\n    summary")
    text = before + found + after.replace(f"city: {city}", "city: tokio", 1)
    (told,) = complaints(write(tmp_path, text))
    assert told.split(": ", 1)[1] == shown


def model_inside(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, as a list of it or as it is."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    return next(filter(None, map(model_inside, get_args(annotation))), None)


PARTS = {
    "The trip": TripFile,
    "Evidence": model_inside(TripFile.model_fields["evidence"].annotation),
}
PARTS |= {
    f"`{name}`": model_inside(field.annotation)
    for name, field in TripFile.model_fields.items()
    if name != "evidence" and model_inside(field.annotation)
}


@pytest.mark.parametrize("heading", PARTS)
def test_the_fields_of_each_part_are_told_with_those_that_are_required(heading: str) -> None:
    model = PARTS[heading]
    assert model is not None
    (section,) = re.findall(rf"^##+ {heading}\n(.*?)(?=^#|\Z)", README, re.MULTILINE | re.DOTALL)
    told: dict[str, str] = {}
    for names, required in re.findall(r"^\| (`.*?) \| ?(.*?) ?\| ", section, re.MULTILINE):
        told |= dict.fromkeys(re.findall(r"`(\w+)`", names), required)
    assert told.keys() == model.model_fields.keys()
    # Other words than "yes" are rules that the model leaves to the checks of what fits together.
    assert {name for name, required in told.items() if required == "yes"} == {
        name for name, field in model.model_fields.items() if field.is_required()
    }


def test_text_that_needs_quotes_is_told(tmp_path: Path) -> None:
    """Each character that the text names does go wrong without quotes, and not with them."""
    (listed,) = re.findall(r"character that YAML uses itself: (.*?)\.\n", README, re.DOTALL)
    characters = re.findall(r"`(.*?)`", listed)
    assert len(characters) >= 10
    for number, character in enumerate(characters):
        for text in (f"{character} text", f"{character}text"):
            quoted = "'" + text.replace("'", "''") + "'"
            good = GOOD.replace("Measuring the water", quoted)
            name = f"{number}.yaml"
            assert read_trip_file(write(tmp_path, good, name)).trip.agreements[0].title == text
        bare = GOOD.replace("Measuring the water", f"{character} text")
        try:
            title = read_trip_file(write(tmp_path, bare, name)).trip.agreements[0].title
        except TripFileError:
            continue
        assert title != f"{character} text"


def test_the_trip_names_the_entries_of_the_register_that_it_is_the_fuller_account_of() -> None:
    (trip,) = [read_trip_file(path).trip for path in FILES]
    # Tokyo and Seoul, each of which the register lists twice.
    assert trip.records == ["3992", "3993", "4019", "4020"]
