"""Puts a folder of files in force at once, as two persons of a development installation decide."""

from collections.abc import Callable
from pathlib import Path

from gateway.municipalities.deciding import decide_all
from gateway.municipalities.life import Step
from gateway.municipalities.loader import Put, put_folder
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.versions import StoredVersion
from gateway.settings import DatabaseSettings, DecisionSettings, Settings
from madoguchi_wire.consent import Consent
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.person import Person

BY, AGREED_BY = (Person.of(name, "set up on this machine") for name in ("setup", "second"))
KeyOf = Callable[[str], SigningKey]
"""Gives the key by which a municipality attests, and consents."""


def decision_settings(settings: DatabaseSettings) -> DecisionSettings:
    """Return the settings with which a development installation decides: at once."""
    trusting = isinstance(settings, Settings)
    return DecisionSettings(
        common=settings.common,
        database_url=settings.database_url,
        name=settings.name,
        trust_list=settings.trust_list if trusting else None,
        trust_root=settings.trust_root if trusting else None,
        decision_waiting_seconds=0,
        live_without_report=True,
    )


async def put_in_force(folder: Path, settings: DecisionSettings, key_of: KeyOf) -> Put:
    """Put `folder`, and let every municipality that changed go live with what it says.

    Raises:
        ConfigurationFault: a file cannot be put; nothing has changed.
        Undecided: it must not be decided; versions are put, and nothing of them is in force.

    """
    put = await put_folder(folder, settings)
    proposals = [
        Proposal(
            municipality=one.municipality,
            step=Step.GO_LIVE,
            by=BY,
            agreed_by=AGREED_BY,
            version=one.version,
            consent=_consent(one, put, settings, key_of),
        )
        for one in put.versions
    ]
    if proposals:
        await decide_all(proposals, settings)
    return put


def _consent(
    version: StoredVersion, put: Put, settings: DecisionSettings, key_of: KeyOf
) -> str | None:
    replaced = put.replaced.get(version.municipality)
    if replaced is None:
        return None
    consent = Consent(
        municipality=version.municipality,
        replaces=replaced.digest,
        digest=version.digest,
        consented_at=settings.common.clock().now(),
    )
    return consent.signed_by(key_of(version.municipality))
