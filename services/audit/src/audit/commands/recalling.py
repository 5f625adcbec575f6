"""Commands that tell others: recall, a quarter's report, a month for other programs."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.kit.commands import (
    FINE,
    FOUND,
    AddParser,
    add_named,
    day,
    municipality,
    person,
    say,
    say_json,
)

from audit.access.accesses import record_access
from audit.commands.asked import add_days, connected
from audit.export.parquet import export_month
from audit.recall.cardholders import (
    NOT_TOLD,
    cardholder_of,
    left_out_of_cardholder,
    named_cardholder,
    papers_of_cardholder,
)
from audit.recall.csv import as_csv
from audit.recall.left_out import LeftOut
from audit.recall.papers import Paper, Wanted, left_out, recalled, removed_in
from audit.reports.heading import overdue_words
from audit.reports.quarter import Quarter
from audit.reports.reading import quarter_facts
from audit.reports.rendering import FORMATS, rendered
from audit.settings import DatabaseSettings

_PAPERS = ("build", "fonts", "templates", "terminal", "municipality", "first_day", "last_day")


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    papers = add("recall", help="every paper that came of something, and its state", act=recall)
    papers.add_argument("--build", help="fingerprint of an adapter's build")
    papers.add_argument("--fonts", help="SHA-256 of the fonts, as attested")
    papers.add_argument("--templates", help="SHA-256 of the templates, as attested")
    papers.add_argument("--records-version", help="the municipality's own word for it")
    papers.add_argument("--terminal")
    papers.add_argument("--municipality", type=municipality)
    add_days(papers)
    same = add("cardholder", help="papers of one cardholder in a city and month", act=cardholder)
    same.add_argument(
        "of", help="an issuance: the others; or KEY:PSEUDONYM, as `gateway pseudonyms` prints"
    )
    quarter = add("report", help="a municipality's quarter as HTML, PDF or CSV", act=report)
    quarter.add_argument("municipality", type=municipality)
    quarter.add_argument("quarter", type=Quarter.of, help="2026-Q1: April to June 2026")
    quarter.add_argument(
        "--out", type=Path, required=True, help="its ending says which: .html, .pdf, .csv"
    )
    month = add("export", help="a month of the archive as Parquet", act=export)
    month.add_argument("month", type=day, help="any day of it: 2026-04-01")
    month.add_argument("--out", type=Path, required=True)
    for parser in (papers, same, quarter, month):
        add_named(parser)


async def recall(asked: argparse.Namespace) -> int:
    """Print papers as CSV, or as JSON."""
    word = asked.records_version
    digest = sha256_hex(word.encode()) if word is not None else None
    given = {name: getattr(asked, name) for name in _PAPERS}
    wanted = Wanted(records_version=digest, **given)
    settings = DatabaseSettings.from_environment()
    async with connected(settings) as connection:
        await record_access(connection, person(asked), "recall", asdict(wanted))
        papers = [paper async for paper in recalled(connection, wanted)]
        removed = await removed_in(connection, wanted)
        left = await left_out(connection, wanted, settings.common.clock().now())
    _tell(asked, papers, left, {"removed": removed})
    if removed:
        sys.stderr.write(f"{removed} papers of the period cannot be told: payloads were removed\n")
    return FINE if papers and not left.overdue else FOUND


def _tell(
    asked: argparse.Namespace, papers: list[Paper], left: LeftOut, beside: dict[str, int]
) -> None:
    counts = {"unstamped": left.events, "overdue": left.overdue}
    if asked.json:
        say_json({"papers": [asdict(paper) for paper in papers]} | beside | counts)
    else:
        sys.stdout.write(as_csv(papers))
    sys.stderr.writelines(f"{line}\n" for line in left.lines())


async def cardholder(asked: argparse.Namespace) -> int:
    """Print papers as CSV, or as JSON."""
    given = named_cardholder(asked.of) if ":" in asked.of else None
    # The record is never emptied, so it says of a pseudonym its key alone.
    about = {"issuance": None if given else asked.of, "key": given.key if given else None}
    settings = DatabaseSettings.from_environment()
    async with connected(settings) as connection:
        await record_access(connection, person(asked), "cardholder", about)
        whose = given or await cardholder_of(connection, asked.of)
        if whose is None:
            sys.stderr.write(f"{NOT_TOLD}\n")
            return FOUND
        beside = None if given else asked.of
        papers = [paper async for paper in papers_of_cardholder(connection, whose, beside)]
        now = settings.common.clock().now()
        left = await left_out_of_cardholder(connection, whose, beside, now)
    _tell(asked, papers, left, {})
    return FOUND if left.overdue else FINE


async def report(asked: argparse.Namespace) -> int:
    """Write a report."""
    kind = asked.out.suffix.removeprefix(".")
    if kind not in FORMATS:
        raise ValueError(f"a report ends with one of .{', .'.join(FORMATS)}")
    about = {"municipality": asked.municipality, "quarter": asked.quarter, "format": kind}
    settings = DatabaseSettings.from_environment()
    now = settings.common.clock().now()
    async with connected(settings) as connection:
        await record_access(connection, person(asked), "report", about)
        facts = await quarter_facts(connection, asked.municipality, asked.quarter, now)
    asked.out.write_bytes(rendered(facts, kind))
    say(f"{asked.out} is written: {facts.papers} papers, {len(facts.quarantines)} quarantines")
    if facts.overdue:
        sys.stderr.write(f"INCOMPLETE: {overdue_words(facts.overdue).en}\n")
        return FOUND
    return FINE


async def export(asked: argparse.Namespace) -> int:
    """Write a month."""
    async with connected(DatabaseSettings.from_environment()) as connection:
        await record_access(connection, person(asked), "export", {"month": asked.month})
        count = await export_month(connection, asked.month, asked.out)
    say(f"{asked.out} is written: {count} events")
    return FINE
