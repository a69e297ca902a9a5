"""CSV and Excel, as spreadsheets open them."""

import csv
import datetime
import io
from typing import Any

import openpyxl
import pandas
import pytest

from app.domain.collections import RESOURCES
from app.representations import xlsx
from app.representations.csv import harmless
from tests.client import Client, MakeClient
from tests.representations.reading import csv_rows, xlsx_rows
from tests.trips import meeting, official, trip


def test_csv_is_read_by_excel_and_by_rfc_4180(client: Client) -> None:
    response = client.get("/meetings.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbfid,")
    text = response.content.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len({len(row) for row in rows}) == 1


def test_csv_holds_what_json_does(client: Client) -> None:
    for row in csv_rows(client.get("/meetings.csv").content):
        record = client.get(f"/meetings/{row['id']}").json()
        for name in ("title", "date", "format", "kind", "status", "updated_at", "note"):
            assert row[name] == (record[name] or "")
        assert row["city_id"] == record["city"]["id"]
        assert row["city_name"] == record["city"]["name"]
        assert float(row["city_longitude"]) == record["city"]["longitude"]
        assert row["city_country_code"] == record["city"]["country"]["code"]
        assert row["trips"] == "; ".join(record["trips"])
        names = [each["name"] for each in record["participants"]]
        assert row["participants_name"] == "; ".join(names)
        assert row["topics_id"] == "; ".join(each["id"] for each in record["topics"])
        assert row["evidence_url"] == "; ".join(each["url"] for each in record["evidence"])


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
def test_columns_are_the_fields_of_json(client: Client, resource: Any) -> None:
    for query in ("", "?q=nothinglikethis"):
        text = client.get(f"/{resource.name}.csv{query}").content.decode("utf-8-sig")
        names = text.partition("\r\n")[0].split(",")
        assert len(set(names)) == len(names)
        assert names[0] == "id"
        fields = tuple(resource.schema.model_fields)
        for name in names:
            assert any(name == field or name.startswith(f"{field}_") for field in fields), name
        for field in fields:
            assert any(name == field or name.startswith(f"{field}_") for name in names), field


def test_only_the_fields_that_are_asked_for(client: Client) -> None:
    for suffix, rows in (("csv", csv_rows), ("xlsx", xlsx_rows)):
        body = client.get(f"/meetings.{suffix}?fields=title,city,id&limit=1").content
        assert list(rows(body)[0]) == [
            "id", "title", "city_id", "city_name", "city_latitude", "city_longitude",
            "city_timezone", "city_country_code", "city_country_name",
        ]  # fmt: skip
    (error,) = client.refused("/meetings.ics?fields=id")
    assert error["message"] == "is not taken by .ics, which has fields of its own"


def test_pandas_reads_csv(client: Client) -> None:
    frame = pandas.read_csv(
        io.BytesIO(client.get("/meetings.csv").content), parse_dates=["date", "updated_at"]
    )
    assert len(frame) == client.ask("meetings").total
    assert frame["city_name"].value_counts().to_dict() == {"Tokyo": 5, "Seoul": 3}
    assert str(frame["date"].dtype).startswith("datetime64")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"]
)
def test_what_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_numbers_and_plain_text_stay_as_they_are() -> None:
    for cell in ("a=1", "2021-03-16", -33.9, 7, None, "'quoted'"):
        assert harmless(cell) == cell


def test_a_title_that_is_a_formula(made_up: MakeClient) -> None:
    formula = '=HYPERLINK("https://example.org","go")'
    client = made_up(
        trip(
            meetings=[meeting("m", title=formula, summary="-1 is cold")],
            participants=[official("official-one", name='+One "A", B', family_name="One")],
        )
    )
    (row,) = csv_rows(client.get("/meetings.csv").content)
    assert row["title"] == f"'{formula}"
    assert row["summary"] == "'-1 is cold"
    assert row["participants_name"] == '\'+One "A", B'
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/meetings.xlsx").content)).active
    title = next(cell for cell in sheet[2] if cell.value == formula)
    assert title.data_type == "s"


def test_excel_has_days_links_and_a_fixed_header(client: Client) -> None:
    response = client.get("/meetings.xlsx")
    assert response.headers["content-type"].endswith("spreadsheetml.sheet")
    assert "content-encoding" not in response.headers
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet.freeze_panes == "A2"
    names = [cell.value for cell in sheet[1]]
    assert all(cell.font.bold for cell in sheet[1])
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value.startswith("2021-03-17"))
    cells = dict(zip(names, row, strict=True))
    assert cells["date"].value == datetime.datetime(2021, 3, 17)
    assert cells["date"].number_format == "yyyy-mm-dd"
    assert cells["updated_at"].value == datetime.datetime(2026, 1, 1)
    assert cells["id"].hyperlink.target == f"http://readout.test/meetings/{cells['id'].value}"
    assert cells["city_latitude"].value == 37.5665
    source = cells["evidence_url"]
    assert source.value.startswith("https://share.america.gov/")
    assert ";" in source.value or source.hyperlink is not None


def test_excel_is_the_same_file_each_time(client: Client) -> None:
    bodies = {client.get("/trips.xlsx").content for _ in range(2)}
    assert len(bodies) == 1


def test_days_before_excels_calendar_are_text(made_up: MakeClient) -> None:
    early = meeting("m", date="1815-06-09")
    client = made_up(trip(start_date="1815-01-01", end_date="1815-12-31", meetings=[early]))
    (row,) = xlsx_rows(client.get("/meetings.xlsx").content)
    assert row["date"] == "1815-06-09"


def test_excel_takes_only_so_many_rows_and_links_a_sheet(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 3)
    monkeypatch.setattr(xlsx, "MAX_LINKS", 2)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/meetings.xlsx").content))
    assert book.sheetnames == ["meetings", "meetings 2", "meetings 3"]
    ids = [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)]
    assert ids == client.ids("meetings")
    for sheet in book:
        linked = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
        assert len(linked) <= 2
