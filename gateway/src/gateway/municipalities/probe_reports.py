"""Reports of probes: kept for ever, and what going live asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from madoguchi_wire.encoding import canonical_json, sha256_hex, strict_json
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection

from gateway.municipalities.life import NotAllowed

LASTS = timedelta(days=30)
"""For so long somebody may go live with a report."""
_KEEP = """
    INSERT INTO probe_reports (digest, municipality, version, held, probed_by, reason, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_NEWEST = """
    SELECT digest, municipality, version, held, probed_by, kept_at, body,
           kept_at > madoguchi_now() - $3::interval AS counts
    FROM probe_reports WHERE municipality = $1 AND ($2::int IS NULL OR version = $2)
    ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True)
class KeptReport:
    """A report as it was kept."""

    digest: str
    """SHA-256 of the body, by which decisions name it."""
    municipality: str
    version: int
    held: bool
    """Whether every check held."""
    probed_by: str
    kept_at: datetime
    body: bytes
    """Canonical JSON, without personal data."""
    counts: bool
    """Whether it is young enough to go live with."""

    def says(self) -> Mapping[str, Any]:
        """Return what the report says."""
        said: dict[str, Any] = strict_json(self.body)
        return said


async def keep_report(
    connection: Connection,
    municipality: str,
    version: int,
    report: Mapping[str, Any],
    by: Person,
    *,
    held: bool,
) -> str:
    """Keep a report and return its digest."""
    body = canonical_json(report)
    digest = sha256_hex(body)
    row = (digest, municipality, version, held, by.name, by.reason, body)
    await connection.execute(_KEEP, *row)
    return digest


async def newest_report(
    connection: Connection, municipality: str, version: int | None = None
) -> KeptReport | None:
    """Return the newest report of a municipality, or of one version of it."""
    row = await connection.fetchrow(_NEWEST, municipality, version, LASTS)
    return KeptReport(**row) if row is not None else None


async def report_to_go_live(connection: Connection, municipality: str, version: int) -> str:
    """Return the digest of the report that a version may go live with: its newest one.

    Raises:
        NotAllowed: there is none, it tells of a fault, or it is too old.

    """
    report = await newest_report(connection, municipality, version)
    again = f"madoguchi onboard probe {municipality}"
    if report is None:
        raise NotAllowed(f"version {version} was not probed: {again}")
    if not report.held:
        raise NotAllowed(
            f"the last probe of version {version} found something that falls short: madoguchi"
            f" onboard report {municipality} names it; mend that, then: {again}"
        )
    if not report.counts:
        raise NotAllowed(
            f"the last probe of version {version} was on {report.kept_at:%Y-%m-%d}, and a report"
            f" counts for {LASTS.days} days: {again}"
        )
    return report.digest
