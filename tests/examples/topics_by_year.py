"""What are meetings about, year by year? Needs httpx and pandas.

Usage: python topics_by_year.py http://127.0.0.1:8000
"""

import io
import sys

import httpx
import pandas


def topics_by_year(server: str) -> pandas.DataFrame:
    """Return how many meetings of each year are about each topic, from one file of all meetings."""
    response = httpx.get(f"{server}/meetings.csv", params={"fields": "earliest_date,topics"})
    response.raise_for_status()
    meetings = pandas.read_csv(io.BytesIO(response.content), parse_dates=["earliest_date"])
    meetings["year"] = meetings["earliest_date"].dt.year
    meetings["topic"] = meetings["topics_name"].str.split("; ")
    each = meetings.explode("topic").dropna(subset=["topic"])
    return pandas.crosstab(each["topic"], each["year"])


if __name__ == "__main__":
    print(topics_by_year(sys.argv[1]).to_string())
