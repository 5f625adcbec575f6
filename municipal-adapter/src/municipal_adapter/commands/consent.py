"""Consent to a change of this municipality's keys or addresses at the centre."""

import argparse
import sys
from collections.abc import Callable

from madoguchi_wire.consent import Consent
from madoguchi_wire.keys import SigningKey

from municipal_adapter.commands.chosen import chosen_file
from municipal_adapter.settings import FileSettings


def add_parser(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add("consent", help="sign that the centre may change our keys or addresses")
    parser.add_argument("--municipality", help="code; needed where ADAPTER_FILES names several")
    parser.add_argument(
        "--replaces", required=True, help="digest of the version in force, as the centre says it"
    )
    parser.add_argument("--digest", required=True, help="digest of the version that may follow")


def run(asked: argparse.Namespace) -> None:
    """Print the consent, for the centre.

    Raises:
        ValueError: a digest is none, or the key cannot be read.

    """
    settings = FileSettings()  # pyright: ignore[reportCallIssue]
    _, file = chosen_file(settings.paths, asked.municipality)
    consent = Consent(
        municipality=file.municipality,
        replaces=asked.replaces,
        digest=asked.digest,
        consented_at=settings.common.clock().now(),
    )
    sys.stdout.write(f"{consent.signed_by(SigningKey.load(file.keys.attestation))}\n")
