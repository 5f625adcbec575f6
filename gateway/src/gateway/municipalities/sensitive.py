"""Changes that would let somebody else speak for a municipality, and what they need."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from madoguchi_wire.consent import check_consent
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeySet
from madoguchi_wire.kit.pool import Connection

from gateway.municipalities.life import NotAllowed
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.versions import StoredVersion, read_body, stored
from gateway.settings import DecisionSettings

SENSITIVE = ("adapters", "keys")
"""Parts of the municipality file; the bank account lies in billing's contract."""
_IN_FORCE = """
    SELECT DISTINCT ON (municipality) municipality, version FROM municipality_decisions
    WHERE municipality = ANY ($1) AND in_force_from <= madoguchi_now() AND state <> 'tested'
    ORDER BY municipality, number DESC
"""


def sensitive_changes(before: StoredVersion, after: StoredVersion) -> list[str]:
    """Return which parts change that two persons and the municipality itself have to agree to."""
    return [name for name in SENSITIVE if before.body.get(name) != after.body.get(name)]


async def replaced_sensitively(
    connection: Connection, versions: Sequence[StoredVersion]
) -> dict[str, StoredVersion]:
    """Return the versions in force, by municipality, that one of `versions` differs from so."""
    rows = await connection.fetch(_IN_FORCE, [one.municipality for one in versions])
    held = await stored(connection, [(row["municipality"], row["version"]) for row in rows])
    by_code = {code: version for (code, _), version in held.items()}
    return {
        one.municipality: before
        for one in versions
        if (before := by_code.get(one.municipality)) and sensitive_changes(before, one)
    }


def check_sensitive(
    before: StoredVersion,
    after: StoredVersion,
    proposal: Proposal,
    settings: DecisionSettings,
    now: datetime,
) -> datetime:
    """Return from when a decision may count that lets `after` follow `before`.

    Raises:
        NotAllowed: something is lacking; the text names all of it, and what to do.

    """
    changes = sensitive_changes(before, after)
    if not changes:
        return max(now, proposal.starts or now)
    earliest = now + timedelta(seconds=settings.decision_waiting_seconds)
    starts = proposal.starts or earliest
    lacking = [
        "a second person has to agree: --and-by NAME" if proposal.agreed_by is None else None,
        _consent_lacking(before, after, proposal.consent, settings, now),
        f"it waits until {earliest:%Y-%m-%dT%H:%M:%SZ} at least: leave --from away"
        if starts < earliest
        else None,
    ]
    told = [one for one in lacking if one is not None]
    if told:
        raise NotAllowed(f"{' and '.join(changes)} would change: {'; '.join(told)}")
    return starts


def _consent_lacking(
    before: StoredVersion,
    after: StoredVersion,
    consent: str | None,
    settings: DecisionSettings,
    now: datetime,
) -> str | None:
    code, replaces, digest = after.municipality, before.digest, after.digest
    if consent is None:
        return (
            "the municipality has to consent with the key that it has: there, `python -m"
            f" municipal_adapter consent --municipality {code} --replaces {replaces} --digest"
            f" {digest}`; here, --consent FILE with what that prints"
        )
    try:
        check_consent(consent, _keys_of(before, settings, now), code, replaces, digest, now)
    except SignatureRefused as refused:
        return f"the municipality's consent does not hold: {refused}"
    return None


def _keys_of(version: StoredVersion, settings: DecisionSettings, now: datetime) -> KeySet:
    """Return the keys that a version in force names; the trust list's, if it names none."""
    try:
        own = read_body(version.body).keys
    except ValueError:
        own = ()
    if not own:
        return settings.key_set(now)
    return KeySet(key.trusted_for(version.municipality) for key in own)
