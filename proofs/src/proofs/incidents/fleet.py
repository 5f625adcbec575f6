"""More terminals than the sample chains have: stores of one more chain, enrolled afterwards."""

import yaml
from local_stack.installation.facts import GATEWAY_NAME
from local_stack.installation.make import Installation
from madoguchi_wire.keys import SigningKey, TrustedKey
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.trust_list import TrustList
from store_terminal_sim.terminal_folder import Enrolment, enrol_terminal

CHAIN = "fleet"
A_SITE = 5
"""Terminals of one store."""


def add_fleet(installation: Installation, terminals: int) -> None:
    """Write the chain's file, make its terminals, and put their keys into the trust list."""
    layout = installation.layout
    root = SigningKey.load(layout.root_key)
    trust = TrustList.parsed(unverified_payload(layout.trust_list.read_text("ascii").strip()))
    sites = [f"{CHAIN}-store-{number:03d}" for number in range(1, terminals // A_SITE + 2)]
    named = [(f"{CHAIN}-{n + 1:03d}", sites[n // A_SITE]) for n in range(terminals)]
    keys: list[TrustedKey] = []
    for terminal, site in named:
        enrolment = Enrolment(
            terminal=terminal,
            site=site,
            gateway=GATEWAY_NAME,
            addresses=installation.facts.gateways,
            environment="development",
            trust_root=root.private.public_key(),
            valid_from=trust.issued_at,
            valid_until=trust.expires_at,
        )
        keys += enrol_terminal(layout.terminal(terminal), enrolment)
    longer = trust.model_copy(update={"version": trust.version + 1, "keys": (*trust.keys, *keys)})
    layout.trust_list.write_text(longer.signed_by(root))
    chain = {
        "chain": CHAIN,
        "name": "増設ストア",
        "commission": 120,
        "sites": [
            {"site": site, "name": site, "municipality": "122033", "type": "store"}
            for site in sites
        ],
        "terminals": [
            {"terminal": terminal, "site": site, "state": "enrolled"} for terminal, site in named
        ],
    }
    path = layout.configuration / "chains" / f"{CHAIN}.yaml"
    path.write_text(yaml.safe_dump(chain, allow_unicode=True, sort_keys=False), "utf-8")
