"""Consent to a change of this municipality's keys, addresses or bank account at the centre."""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from madoguchi_wire.bank_account import BankAccount
from madoguchi_wire.consent import AccountConsent, Consent
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.strict_files import ConfigurationFault, read_file

from municipal_adapter.commands.chosen import chosen_file
from municipal_adapter.settings import FileSettings


def add_parser(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add(
        "consent", help="sign that the centre may change our keys, addresses or bank account"
    )
    parser.add_argument("--municipality", help="code; needed where ADAPTER_FILES names several")
    parser.add_argument(
        "--replaces",
        required=True,
        help="digest of the version or account in force, as the centre says it",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--digest", help="digest of the version that may follow")
    what.add_argument(
        "--account",
        type=Path,
        help="our new bank account, a YAML file with bank, bank_name, branch, branch_name, type,"
        " number and holder",
    )


def run(asked: argparse.Namespace) -> None:
    """Print the consent, for the centre.

    Raises:
        ValueError: a digest or the account is none, or the key cannot be read.

    """
    settings = FileSettings()  # pyright: ignore[reportCallIssue]
    _, file = chosen_file(settings.paths, asked.municipality)
    consent = _consent(asked, file.municipality, settings.common.clock().now())
    sys.stdout.write(f"{consent.signed_by(SigningKey.load(file.keys.attestation))}\n")


def _consent(
    asked: argparse.Namespace, municipality: str, at: datetime
) -> Consent | AccountConsent:
    if asked.account is None:
        return Consent(
            municipality=municipality,
            replaces=asked.replaces,
            digest=asked.digest,
            consented_at=at,
        )
    account = _account(asked.account)
    # Whoever signs sees what; the output is the signature alone.
    sys.stderr.write(f"our new account: {account.words}, digest {account.digest}\n")
    return AccountConsent(
        municipality=municipality,
        replaces=asked.replaces,
        digest=account.digest,
        consented_at=at,
    )


def _account(path: Path) -> BankAccount:
    faults: list[str] = []
    account = read_file(path, BankAccount, faults)
    if account is None:
        raise ConfigurationFault("\n".join(faults))
    return account
