"""What a municipality that joins needs is made by one command."""

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding
from madoguchi_wire.bank_account import BankAccount
from madoguchi_wire.consent import AccountConsent, Consent
from madoguchi_wire.keys import SigningKey, jwk_of
from municipal_adapter.commands.main import main
from municipal_adapter.inputs import own_inputs
from municipal_adapter.municipality.file import read_adapter_file
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind

ADAPTER = Path(__file__).parents[2]


def test_with_the_examples_and_the_keys_that_were_made_an_adapter_file_is_complete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "adapter.yaml"
    path.write_bytes((ADAPTER / "adapter.example.yaml").read_bytes())
    authorities = (ADAPTER / "card-authorities.example.yaml").read_text("utf-8")
    (tmp_path / "card-authorities.yaml").write_text(authorities, "utf-8")
    (entry,) = yaml.safe_load(authorities)["authorities"]
    authority = CardAuthoritySim.create("test-card", KeyKind.P_384, datetime.now(UTC))
    (tmp_path / entry["certificate"]).write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    assert main(["keys", str(tmp_path / "keys")]) == 0
    made = own_inputs(path, read_adapter_file(path), "development", date(2026, 3, 1))
    told = capsys.readouterr().out
    assert f"kid: {made.attestation_key.kid}\n" in told
    assert f"public_key: {made.attestation_key.public}\n" in told
    (jwk,) = (line for line in told.splitlines() if line.startswith("  jwk: "))
    public = made.attestation_key.private.public_key()
    assert yaml.safe_load(jwk)["jwk"] == jwk_of(public)
    assert len({made.beacon_key, made.handle_key, made.registration_key}) == 3


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "keys"
    assert main(["keys", str(folder)]) == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        expected = 0o644 if file.name == "evidence.public.pem" else 0o600
        assert stat.S_IMODE(file.stat().st_mode) & ~0o022 == expected & ~0o022, file.name


@pytest.mark.parametrize("there", ["registrations.secret", "evidence.private.pem"])
def test_a_key_that_is_there_is_not_overwritten_and_no_other_one_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], there: str
) -> None:
    (tmp_path / there).write_bytes(b"mine")
    assert main(["keys", str(tmp_path)]) == 2
    assert there in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_bytes() == b"mine"


def test_the_key_that_attests_is_new_each_time(tmp_path: Path) -> None:
    for name in "ab":
        assert main(["keys", str(tmp_path / name)]) == 0
    kids = {SigningKey.load(tmp_path / name / "attestation.pem").kid for name in "ab"}
    assert len(kids) == 2


def test_consent_is_given_with_the_key_that_attests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "adapter.yaml"
    path.write_bytes((ADAPTER / "adapter.example.yaml").read_bytes())
    assert main(["keys", str(tmp_path / "keys")]) == 0
    key = SigningKey.load(tmp_path / "keys" / "attestation.pem")
    capsys.readouterr()
    monkeypatch.setenv("ADAPTER_FILES", str(path))
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "development")
    assert main(["consent", "--replaces", "a" * 64, "--digest", "b" * 64]) == 0
    consent = Consent.verified(capsys.readouterr().out.strip(), key.private.public_key())
    assert (consent.replaces, consent.digest) == ("a" * 64, "b" * 64)
    assert consent.municipality == read_adapter_file(path).municipality
    assert main(["consent", "--replaces", "a" * 64, "--digest", "b"]) == 2
    capsys.readouterr()
    account = tmp_path / "account.yaml"
    account.write_text(
        'bank: "0134"\nbank_name: チバ\nbranch: "010"\nbranch_name: ヤクシヨ\n'
        'type: ordinary\nnumber: "3456781"\nholder: イチカワシ\n',
        "utf-8",
    )
    assert main(["consent", "--replaces", "a" * 64, "--account", str(account)]) == 0
    told = capsys.readouterr()
    given = AccountConsent.verified(told.out.strip(), key.private.public_key())
    read = BankAccount.model_validate(yaml.safe_load(account.read_text("utf-8")))
    assert (given.replaces, given.digest) == ("a" * 64, read.digest)
    assert read.words in told.err
    account.write_text('bank: "0134"\n', "utf-8")
    assert main(["consent", "--replaces", "a" * 64, "--account", str(account)]) == 2
    assert "account.yaml" in capsys.readouterr().err
