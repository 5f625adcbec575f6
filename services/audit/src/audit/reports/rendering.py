"""A report in one of its formats."""

from audit.reports.csv import as_csv
from audit.reports.facts import Facts
from audit.reports.html import as_html
from audit.reports.pdf import as_pdf

FORMATS = {"html": "text/html", "pdf": "application/pdf", "csv": "text/csv"}
"""Media types by ending."""


def rendered(facts: Facts, kind: str) -> bytes:
    """Return a report; `kind` is one of `FORMATS`."""
    match kind:
        case "html":
            return as_html(facts).encode()
        case "csv":
            return as_csv(facts).encode()
        case "pdf":
            return as_pdf(facts)
        case _:
            raise ValueError(f"no report is made as {kind}")
