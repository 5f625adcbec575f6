"""The services of an installation as child processes."""

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from local_stack.installation.facts import GATEWAY_NAME, MUNICIPALITIES, WITNESSES
from local_stack.installation.make import Installation
from local_stack.processes import ManagedProcess

_WITHOUT_END = "1000000000"


def card_authority(installation: Installation) -> ManagedProcess:
    """Return the server of revocation lists."""
    layout, address = installation.layout, installation.facts.authority
    arguments = ["authority", "--folder", str(layout.authorities), "--port", _port(address)]
    return _process(installation, "card-authority", "store_terminal_sim", address, {}, *arguments)


def adapters(installation: Installation, extra: Mapping[str, str]) -> list[ManagedProcess]:
    """Return an adapter for each municipality, named `adapter-122033` and so on."""
    layout, facts = installation.layout, installation.facts
    return [
        adapter(
            installation, f"adapter-{code}", layout.adapter_file(code), facts.adapters[code], extra
        )
        for code in MUNICIPALITIES
    ]


def adapter(
    installation: Installation, name: str, files: Path, address: str, extra: Mapping[str, str]
) -> ManagedProcess:
    """Return an adapter for one adapter file, or for all in a folder."""
    layout = installation.layout
    environment = {
        "ADAPTER_FILES": str(files),
        "ADAPTER_HOST": "127.0.0.1",
        "ADAPTER_PORT": _port(address),
        "ADAPTER_TRUST_LIST": str(layout.trust_list),
        "ADAPTER_TRUST_ROOT": str(layout.trust_root),
        "ADAPTER_WITHDRAWN_ENROLMENTS": str(layout.withdrawn),
        "ADAPTER_DRAIN_SECONDS": "0",
        "ADAPTER_WORKERS": "1",
    }
    merged = environment | dict(extra)
    return _process(installation, name, "municipal_adapter", address, merged, "serve")


def gateways(installation: Installation, extra: Mapping[str, str]) -> list[ManagedProcess]:
    """Return the replicas of the gateway, named `gateway-1` and `gateway-2`."""
    return [
        _gateway(installation, f"gateway-{number}", address, extra)
        for number, address in enumerate(installation.facts.gateways, start=1)
    ]


def relay(installation: Installation, extra: Mapping[str, str]) -> ManagedProcess:
    """Return the relay from the outbox to the audit stream."""
    layout, facts = installation.layout, installation.facts
    environment = {
        "RELAY_DATABASE_URL": facts.gateway_database,
        "RELAY_FILE": str(layout.audit_file),
        "RELAY_HOST": "127.0.0.1",
        "RELAY_PORT": _port(facts.relay),
        "RELAY_DRAIN_SECONDS": "0",
    }
    return _process(installation, "relay", "relay", facts.relay, environment | dict(extra))


def stamper(installation: Installation, extra: Mapping[str, str]) -> ManagedProcess:
    """Return the stamper, with the witnesses among the municipalities."""
    layout, facts = installation.layout, installation.facts
    witnesses = ",".join(f"{code}={facts.adapters[code]}" for code in WITNESSES)
    environment = {
        "STAMPER_DATABASE_URL": facts.gateway_database,
        "STAMPER_CENTRE": GATEWAY_NAME,
        "STAMPER_KEY": str(layout.stamping_key),
        "STAMPER_TRUST_LIST": str(layout.trust_list),
        "STAMPER_TRUST_ROOT": str(layout.trust_root),
        "STAMPER_WITNESSES": witnesses,
        "STAMPER_HOST": "127.0.0.1",
        "STAMPER_PORT": _port(facts.stamper),
        "STAMPER_DRAIN_SECONDS": "0",
    }
    return _process(installation, "stamper", "stamper", facts.stamper, environment | dict(extra))


def audit(installation: Installation, extra: Mapping[str, str]) -> ManagedProcess:
    """Return the archive, which reads the stream of Kafka."""
    layout, facts = installation.layout, installation.facts
    environment = audit_environment(installation) | {
        "AUDIT_TOKEN": layout.audit_token.read_text(),
        "AUDIT_HOST": "127.0.0.1",
        "AUDIT_PORT": _port(facts.audit),
        "AUDIT_DRAIN_SECONDS": "0",
    }
    return _process(installation, "audit", "audit", facts.audit, environment | dict(extra), "serve")


def audit_environment(installation: Installation) -> dict[str, str]:
    """Return what the archive's commands need as well as the service."""
    layout, facts = installation.layout, installation.facts
    return {
        "AUDIT_DATABASE_URL": facts.audit_database,
        "AUDIT_CENTRE": GATEWAY_NAME,
        "AUDIT_TRUST_LIST": str(layout.trust_list),
        "AUDIT_TRUST_ROOT": str(layout.trust_root),
        "AUDIT_WITNESSES": ",".join(f"{code}={facts.adapters[code]}" for code in WITNESSES),
    }


def billing(installation: Installation, extra: Mapping[str, str]) -> ManagedProcess:
    """Return billing, over the gateway's books."""
    layout, facts = installation.layout, installation.facts
    environment = billing_environment(installation) | {
        "BILLING_TOKEN": layout.billing_token.read_text(),
        "BILLING_HOST": "127.0.0.1",
        "BILLING_PORT": _port(facts.billing),
        "BILLING_DRAIN_SECONDS": "0",
    }
    merged = environment | dict(extra)
    return _process(installation, "billing", "billing", facts.billing, merged, "serve")


def billing_environment(installation: Installation) -> dict[str, str]:
    """Return what billing's commands need as well as the service."""
    return {
        "BILLING_DATABASE_URL": installation.facts.gateway_database,
        "BILLING_CONTRACTS": str(installation.layout.contracts),
        "BILLING_TRUST_LIST": str(installation.layout.trust_list),
        "BILLING_TRUST_ROOT": str(installation.layout.trust_root),
    }


def _gateway(
    installation: Installation, name: str, address: str, extra: Mapping[str, str]
) -> ManagedProcess:
    layout = installation.layout
    environment = {
        "GATEWAY_DATABASE_URL": installation.facts.gateway_database,
        "GATEWAY_NAME": GATEWAY_NAME,
        "GATEWAY_HOST": "127.0.0.1",
        "GATEWAY_PORT": _port(address),
        "GATEWAY_TRUST_LIST": str(layout.trust_list),
        "GATEWAY_TRUST_ROOT": str(layout.trust_root),
        "GATEWAY_REQUEST_KEY": str(layout.request_key),
        "GATEWAY_TOKEN_SECRET": str(layout.token_secret),
        "GATEWAY_CHALLENGE_SECRET": str(layout.challenge_secret),
        "GATEWAY_PSEUDONYM_SECRET": str(layout.pseudonym_secret),
        "GATEWAY_CARD_AUTHORITIES": str(layout.card_authorities),
        "GATEWAY_DRAIN_SECONDS": "0",
        # So that a card that somebody revokes by hand is refused a few seconds later.
        "GATEWAY_CRL_REFRESH_SECONDS": "2",
        # Simulated people are quick, and the bench's terminals have no hands at all.
        "GATEWAY_TERMINAL_REQUESTS_A_MINUTE": _WITHOUT_END,
        "GATEWAY_SITE_REQUESTS_A_MINUTE": _WITHOUT_END,
        "GATEWAY_CHAIN_REQUESTS_A_MINUTE": _WITHOUT_END,
    }
    return _process(installation, name, "gateway", address, environment | dict(extra), "serve")


def _process(
    installation: Installation,
    name: str,
    module: str,
    address: str,
    environment: Mapping[str, str],
    *arguments: str,
) -> ManagedProcess:
    common = {"MADOGUCHI_ENVIRONMENT": "development", **_clock(installation)}
    return ManagedProcess(
        name,
        [sys.executable, "-m", module, *arguments],
        ready_url=f"{address}/readyz",
        log=installation.layout.logs / f"{name}.log",
        env=common | dict(environment),
    )


def _clock(installation: Installation) -> dict[str, str]:
    if installation.layout.clock.exists():
        return {"MADOGUCHI_CLOCK_FILE": str(installation.layout.clock)}
    return {"MADOGUCHI_CLOCK_OFFSET_SECONDS": repr(installation.facts.clock_offset_seconds)}


def _port(address: str) -> str:
    return str(urlsplit(address).port)
