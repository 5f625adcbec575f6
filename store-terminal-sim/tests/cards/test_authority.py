"""Cards made here are what gateway and adapter accept; bad ones fail for the right reason."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from madoguchi_wire.card_certificates import (
    CardVerifier,
    RevocationList,
    verify_card_signature,
)
from madoguchi_wire.errors import (
    CardAuthorityUnknown,
    CardCertificateExpired,
    CardCertificateOfWrongKind,
    CardCertificateOnHold,
    CardCertificateRevoked,
    CardRefused,
    RevocationUnknown,
)
from store_terminal_sim.cards.authority import (
    CardAuthoritySim,
    KeyKind,
    development_authorities,
)
from store_terminal_sim.cards.key_pool import RsaKeyPool
from store_terminal_sim.cards.profiles import CertificateKind
from store_terminal_sim.cards.virtual_card import CardLocked, PinWrong, VirtualCard

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AUTHORITIES = development_authorities(NOW, RsaKeyPool())
VERIFIER = CardVerifier([authority.as_trusted() for authority in AUTHORITIES])
TODAY, NEXT, PHONE = AUTHORITIES


def verify(card: VirtualCard) -> str:
    certificate, identity = VERIFIER.certificate(card.certificate, NOW)
    verify_card_signature(certificate, card.sign(b"message", card.pin), b"message")
    assert identity.serial == f"{card.serial:x}"
    return identity.authority


@pytest.mark.parametrize("authority", AUTHORITIES, ids=lambda authority: authority.name)
def test_a_good_card_passes(authority: CardAuthoritySim) -> None:
    card = authority.issue(NOW)
    assert verify(card) == authority.name
    certificate = x509.load_der_x509_certificate(card.certificate)
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert certificate.extensions.get_extension_for_class(x509.CertificatePolicies).critical
    assert "demo" in certificate.subject.rfc4514_string()
    assert authority.as_trusted().is_for_development


def test_the_keys_are_those_of_the_real_cards() -> None:
    today, coming, phone = (authority.issue(NOW).key for authority in AUTHORITIES)
    assert isinstance(today, rsa.RSAPrivateKey)
    assert (today.key_size, coming.key_size, phone.key_size) == (2048, 384, 384)


@pytest.mark.parametrize("authority", AUTHORITIES, ids=lambda authority: authority.name)
def test_bad_cards_fail_for_the_right_reason(authority: CardAuthoritySim) -> None:
    with pytest.raises(CardCertificateExpired):
        verify(authority.issue(NOW, lifetime=-DAY))
    with pytest.raises(CardCertificateOfWrongKind):
        verify(authority.issue(NOW, kind=CertificateKind.SIGNING))
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.raises(CardRefused, match="kind that is not accepted"):
        verify(authority.issue(NOW, key=weak))


def test_a_card_of_another_authority_fails_even_under_the_same_name() -> None:
    stranger = CardAuthoritySim.create("somebody", KeyKind.P_384, NOW)
    with pytest.raises(CardAuthorityUnknown):
        verify(stranger.issue(NOW))
    impostor = CardAuthoritySim.create(NEXT.name, KeyKind.P_384, NOW)
    with pytest.raises(CardAuthorityUnknown):
        verify(impostor.issue(NOW))


@pytest.mark.parametrize("kind", list(KeyKind))
def test_the_crl_tells_revoked_from_on_hold_and_a_hold_can_be_lifted(kind: KeyKind) -> None:
    authority = CardAuthoritySim.create("jpki-test", kind, NOW)
    revoked, held, good = (authority.issue(NOW).serial for _ in range(3))
    authority.revoke(revoked, NOW)
    authority.hold(held, NOW)
    crl = RevocationList(authority.crl(NOW), authority.as_trusted())
    crl.check(good, NOW, DAY)
    with pytest.raises(CardCertificateRevoked):
        crl.check(revoked, NOW, DAY)
    with pytest.raises(CardCertificateOnHold):
        crl.check(held, NOW, DAY)

    authority.release(held)
    with pytest.raises(ValueError, match="not on hold"):
        authority.release(revoked)
    lifted = RevocationList(authority.crl(NOW), authority.as_trusted())
    lifted.check(held, NOW, DAY)
    with pytest.raises(RevocationUnknown):
        lifted.check(good, NOW + 2 * DAY, DAY)


def test_authority_and_card_survive_being_saved(tmp_path: Path) -> None:
    card = NEXT.issue(NOW)
    NEXT.revoke(card.serial, NOW)
    NEXT.save(tmp_path / "authority")
    card.save(tmp_path / "card")
    again = CardAuthoritySim.load(tmp_path / "authority")
    assert again.revocations == NEXT.revocations
    assert again.certificate == NEXT.certificate
    loaded = VirtualCard.load(tmp_path / "card")
    assert verify(loaded) == NEXT.name
    assert verify(again.issue(NOW)) == NEXT.name
    assert (tmp_path / "card" / "key.pem").stat().st_mode & 0o077 == 0


def test_three_wrong_pins_lock_the_card_and_a_right_one_resets_the_count() -> None:
    card = PHONE.issue(NOW, pin="1234")
    for wrong in ("0000", "1111"):
        with pytest.raises(PinWrong):
            card.sign(b"m", wrong)
    card.sign(b"m", "1234")
    for wrong in ("0000", "1111", "2222"):
        with pytest.raises(PinWrong):
            card.sign(b"m", wrong)
    with pytest.raises(CardLocked):
        card.sign(b"m", "1234")


def test_a_pool_hands_each_key_out_once_and_finds_them_again(tmp_path: Path) -> None:
    pool = RsaKeyPool(tmp_path)
    made = {pool.take().private_numbers() for _ in range(2)}
    assert len(made) == 2
    again = RsaKeyPool(tmp_path)
    assert {again.take().private_numbers() for _ in range(2)} == made
    assert again.take().private_numbers() not in made
