import pytest

from app.domain.collections import RESOURCES
from app.domain.records import Resource
from app.store import tables as models


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.name)
def test_its_table_is_one_of_the_models_with_a_key_and_an_id(resource: Resource) -> None:
    columns = models.index.Document.metadata.tables[resource.table].columns
    assert columns["key"].primary_key
    assert columns["id"].unique
