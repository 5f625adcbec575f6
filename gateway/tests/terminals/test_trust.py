"""The trust list in force is verified, reloaded when its file changes, and never rolled back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gateway.settings import Settings
from madoguchi_wire.clock import ManualClock
from madoguchi_wire.errors import ServiceUnavailable, SignatureRefused
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.trust_list import AllowedBuild


def _trust(settings: Settings, clock: ManualClock) -> Trust:
    return Trust(settings.trust_list, settings.trust_root, "development", clock)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime.now(UTC))


def test_a_newer_list_comes_in_force_when_its_file_changes(
    gateway_settings: Settings, write_trust_list: Callable[..., Path], clock: ManualClock
) -> None:
    trust = _trust(gateway_settings, clock)
    before = trust.token
    trust.refresh()
    assert trust.token == before
    build = AllowedBuild(municipality="131130", build="newer")
    write_trust_list(version=2, builds=(build,))
    trust.refresh()
    assert trust.token != before
    assert trust.builds_of("131130") == {"newer"}


def test_an_older_foreign_or_broken_list_leaves_ours_in_force(
    gateway_settings: Settings,
    write_trust_list: Callable[..., Path],
    clock: ManualClock,
    gateway_keys: dict[KeyPurpose, SigningKey],
) -> None:
    write_trust_list(version=7)
    trust = _trust(gateway_settings, clock)
    before = trust.token
    for bad in (
        lambda: write_trust_list(version=6),
        lambda: write_trust_list(version=8, environment="production"),
        lambda: write_trust_list(version=8, expires_at=clock.now() - timedelta(seconds=1)),
        lambda: gateway_settings.trust_list.write_text("窓口", encoding="utf-8"),
        lambda: gateway_settings.trust_list.unlink(),
    ):
        bad()
        trust.refresh()
        assert trust.token == before
        key = gateway_keys[KeyPurpose.ATTESTATION]
        assert trust.key_set.find(key.kid, KeyPurpose.ATTESTATION, clock.now())[0].kid == key.kid


def test_nothing_is_trusted_once_the_list_has_expired(
    gateway_settings: Settings, clock: ManualClock
) -> None:
    trust = _trust(gateway_settings, clock)
    assert trust.fault() is None
    clock.advance(timedelta(days=31))
    assert "expired" in (trust.fault() or "")
    with pytest.raises(ServiceUnavailable):
        _ = trust.key_set


def test_production_refuses_a_list_for_development(
    gateway_settings: Settings, clock: ManualClock
) -> None:
    with pytest.raises(SignatureRefused, match="for development, this process runs in production"):
        Trust(gateway_settings.trust_list, gateway_settings.trust_root, "production", clock)
