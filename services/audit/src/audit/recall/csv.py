"""A recall as CSV."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, fields
from io import StringIO

from audit.recall.papers import Paper


def as_csv(papers: Sequence[Paper]) -> str:
    """Return a line for each paper under a line of names."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([field.name for field in fields(Paper)])
    writer.writerows(astuple(paper) for paper in papers)
    return out.getvalue()
