"""The trust list in force changes with its file, only forward, and only by its root."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.clock import ManualClock
from madoguchi_wire.errors import ServiceUnavailable, SignatureRefused
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.kit.trust import Trust, load_root
from madoguchi_wire.trust_list import AllowedBuild, TrustList
from madoguchi_wire_testing.cast import ICHIKAWA, ICHIKAWA_KEY, NOW, SHIBUYA, SHIBUYA_KEY, trusted

ROOT = SigningKey.generate()


def trust_list(version: int, *keys: SigningKey) -> TrustList:
    return TrustList(
        version=version,
        environment="development",
        issued_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=1),
        keys=tuple(trusted(key, KeyPurpose.ATTESTATION, ICHIKAWA) for key in keys),
        builds=(AllowedBuild(municipality=ICHIKAWA, build=f"build-{version}"),),
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "trust-list.jws"
    provide(path, trust_list(2, ICHIKAWA_KEY))
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "root.pem", ROOT.private.public_key())


@pytest.fixture
def trust(file: Path, root: Path, clock: ManualClock) -> Trust:
    return Trust(file, root, "development", clock)


def provide(file: Path, said: TrustList, key: SigningKey = ROOT) -> str:
    """Put a list in the place of the file, as an operator does: whole or not at all."""
    token = said.signed_by(key)
    new = file.with_suffix(".new")
    new.write_text(token + "\n")
    new.replace(file)
    return token


def written(path: Path, key: ec.EllipticCurvePublicKey) -> Path:
    path.write_bytes(
        key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return path


def knows(trust: Trust, key: SigningKey) -> bool:
    try:
        trust.key_set.find(key.kid, KeyPurpose.ATTESTATION, NOW, owner=ICHIKAWA)
    except SignatureRefused:
        return False
    return True


def test_the_list_of_the_file_is_in_force(trust: Trust, file: Path) -> None:
    assert knows(trust, ICHIKAWA_KEY)
    assert not knows(trust, SHIBUYA_KEY)
    assert trust.builds_of(ICHIKAWA) == {"build-2"}
    assert trust.builds_of(SHIBUYA) == frozenset()
    assert trust.token == file.read_text().strip()
    assert trust.fault() is None


def test_a_newer_list_takes_the_place_of_the_one_in_force(trust: Trust, file: Path) -> None:
    token = provide(file, trust_list(3, SHIBUYA_KEY))
    assert knows(trust, ICHIKAWA_KEY)
    trust.refresh()
    assert trust.token == token
    assert not knows(trust, ICHIKAWA_KEY)
    assert knows(trust, SHIBUYA_KEY)
    assert trust.builds_of(ICHIKAWA) == {"build-3"}


def test_a_list_that_is_rolled_back_or_forged_or_torn_changes_nothing(
    trust: Trust, file: Path
) -> None:
    in_force = trust.token
    expired = trust_list(9, SHIBUYA_KEY).model_copy(update={"expires_at": NOW - timedelta(1)})
    production = trust_list(9).model_copy(update={"environment": "production"})
    for said, key in (
        (trust_list(1, SHIBUYA_KEY), ROOT),
        (trust_list(9, SHIBUYA_KEY), SigningKey.generate()),
        (expired, ROOT),
        (production, ROOT),
    ):
        provide(file, said, key)
        trust.refresh()
        assert trust.token == in_force
    for torn in (b"", b"\xff\xfe", in_force[:100].encode()):
        file.write_bytes(torn)
        trust.refresh()
        assert trust.token == in_force
    file.unlink()
    trust.refresh()
    assert knows(trust, ICHIKAWA_KEY)
    provide(file, trust_list(3, SHIBUYA_KEY))
    trust.refresh()
    assert knows(trust, SHIBUYA_KEY)


def test_an_expired_list_trusts_nobody_until_a_newer_one_comes(
    trust: Trust, file: Path, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=1, seconds=1))
    assert "has expired: provide a newer one" in (trust.fault() or "")
    with pytest.raises(ServiceUnavailable):
        _ = trust.key_set
    later = trust_list(3, ICHIKAWA_KEY).model_copy(update={"expires_at": NOW + timedelta(days=9)})
    provide(file, later)
    trust.refresh()
    assert trust.fault() is None
    assert knows(trust, ICHIKAWA_KEY)


def test_it_does_not_start_on_a_list_that_does_not_hold(
    file: Path, root: Path, clock: ManualClock, tmp_path: Path
) -> None:
    other = written(tmp_path / "other.pem", SigningKey.generate().private.public_key())
    with pytest.raises(SignatureRefused, match="another root"):
        Trust(file, other, "development", clock)
    with pytest.raises(SignatureRefused, match="this process runs in production"):
        Trust(file, root, "production", clock)
    clock.advance(timedelta(days=2))
    with pytest.raises(SignatureRefused, match="not valid at this time"):
        Trust(file, root, "development", clock)


def test_the_root_is_a_p256_public_key(tmp_path: Path) -> None:
    path = written(tmp_path / "root.pem", ec.generate_private_key(ec.SECP384R1()).public_key())
    with pytest.raises(ValueError, match=r"root\.pem: holds no P-256 public key"):
        load_root(path)
    path.write_bytes(b"not a key")
    with pytest.raises(ValueError, match="PEM"):
        load_root(path)


def test_a_list_or_root_that_cannot_be_read_is_told_which(
    file: Path, root: Path, clock: ManualClock, tmp_path: Path
) -> None:
    nowhere = tmp_path / "no"
    with pytest.raises(ValueError, match=f"the trust root {nowhere} cannot be read: No such"):
        Trust(file, nowhere, "development", clock)
    with pytest.raises(ValueError, match=f"the trust list {nowhere} cannot be read: No such"):
        Trust(nowhere, root, "development", clock)
    nowhere.write_bytes(b"\xff")
    with pytest.raises(ValueError, match=f"the trust list {nowhere} is no signed statement"):
        Trust(nowhere, root, "development", clock)
