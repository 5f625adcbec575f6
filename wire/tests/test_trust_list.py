"""A trust list holds if the pinned root signed it, for here and now, and none newer was seen."""

import json
from datetime import timedelta
from typing import Any

import pytest
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.trust_list import AllowedBuild, Environment, TrustList, verified_trust_list
from madoguchi_wire_testing.cast import (
    ICHIKAWA,
    ICHIKAWA_KEY,
    MILLISECOND,
    NOW,
    SHIBUYA,
    trusted,
)
from pydantic import ValidationError

ROOT = SigningKey.generate()
PINNED = ROOT.private.public_key()


def trust_list(**changes: Any) -> TrustList:
    said: dict[str, Any] = {
        "version": 7,
        "environment": "development",
        "issued_at": NOW - timedelta(days=1),
        "expires_at": NOW + timedelta(days=1),
        "keys": (trusted(ICHIKAWA_KEY, KeyPurpose.ATTESTATION, ICHIKAWA),),
        "builds": (
            AllowedBuild(municipality=ICHIKAWA, build="build-1"),
            AllowedBuild(municipality=ICHIKAWA, build="build-2"),
            AllowedBuild(municipality=SHIBUYA, build="build-3"),
        ),
    }
    return TrustList.model_validate(said | changes)


LIST = trust_list()
TOKEN = LIST.signed_by(ROOT)


def refused(
    token: str, words: str, environment: Environment = "development", seen: int = 0
) -> None:
    with pytest.raises(SignatureRefused, match=words):
        verified_trust_list(token, PINNED, NOW, environment, seen)


@pytest.mark.parametrize("seen", [0, 6, 7])
def test_a_list_that_is_not_older_than_the_newest_seen_holds(seen: int) -> None:
    assert verified_trust_list(TOKEN, PINNED, NOW, "development", seen) == LIST


def test_a_list_that_is_rolled_back_is_refused() -> None:
    refused(TOKEN, "older than one that was seen", seen=8)


def test_a_list_of_another_environment_is_refused_both_ways() -> None:
    refused(TOKEN, "is for development, this process runs in production", "production")
    refused(trust_list(environment="production").signed_by(ROOT), "is for production")


def test_a_list_holds_from_its_issue_to_its_expiry() -> None:
    for at in (LIST.issued_at, LIST.expires_at):
        verified_trust_list(TOKEN, PINNED, at, "development")
    for at in (LIST.issued_at - MILLISECOND, LIST.expires_at + MILLISECOND):
        with pytest.raises(SignatureRefused, match="not valid at this time"):
            verified_trust_list(TOKEN, PINNED, at, "development")


def test_only_the_pinned_root_says_whom_to_trust() -> None:
    other = SigningKey.generate()
    refused(LIST.signed_by(other), "another root")
    refused(LIST.signed_by(SigningKey(other.private, ROOT.kid)), "signature|Sign")
    refused(TOKEN[:-4] + "AAAA", "Sign")


def test_builds_are_of_one_municipality() -> None:
    assert LIST.builds_of(ICHIKAWA) == {"build-1", "build-2"}
    assert LIST.builds_of(SHIBUYA) == {"build-3"}
    assert LIST.builds_of("011002") == frozenset()


@pytest.mark.parametrize("vendors", [("acme 2.1",), ("other 1", "acme 2.1")])
def test_two_municipalities_of_one_vendor_are_alike_on_different_builds(
    vendors: tuple[str, ...],
) -> None:
    long = trust_list(
        builds=(
            *(AllowedBuild(municipality=ICHIKAWA, build="build-1", vendor=one) for one in vendors),
            AllowedBuild(municipality=SHIBUYA, build="build-2", vendor="acme 2.1"),
            AllowedBuild(municipality="011002", build="build-3", vendor="acme 2.2"),
        )
    )
    trust = verified_trust_list(long.signed_by(ROOT), PINNED, NOW, "development")
    for one in (ICHIKAWA, SHIBUYA):
        assert trust.sharing_build_or_vendor(one) == {ICHIKAWA, SHIBUYA}
    assert trust.sharing_build_or_vendor("011002") == {"011002"}


def test_a_vendor_that_nobody_named_is_shared_with_nobody() -> None:
    for one in (ICHIKAWA, SHIBUYA):
        assert LIST.sharing_build_or_vendor(one) == {one}


def test_a_list_from_before_vendors_were_named_holds() -> None:
    spelt = json.loads(LIST.canonical())
    assert [set(build) for build in spelt["builds"]] == [{"municipality", "build"}] * 3
    assert verified_trust_list(TOKEN, PINNED, NOW, "development") == LIST


@pytest.mark.parametrize("vendor", ["", " acme", "acme  2", "窓口 1", "acme\n2", "a" * 101])
def test_a_vendor_is_a_short_ascii_text(vendor: str) -> None:
    with pytest.raises(ValidationError):
        AllowedBuild(municipality=ICHIKAWA, build="build-1", vendor=vendor)


def test_its_keys_are_found() -> None:
    found, _ = LIST.key_set().find(ICHIKAWA_KEY.kid, KeyPurpose.ATTESTATION, NOW, owner=ICHIKAWA)
    assert found.owner == ICHIKAWA


def test_a_list_has_room_for_two_keys_of_every_municipality() -> None:
    codes = [f"{number:06d}" for number in range(1741)]
    keys = [trusted(ICHIKAWA_KEY, KeyPurpose.ATTESTATION, one) for one in codes]
    long = trust_list(keys=(*keys, *keys))
    assert verified_trust_list(long.signed_by(ROOT), PINNED, NOW, "development") == long
