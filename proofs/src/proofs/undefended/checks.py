"""The checks that can be taken out, by name.

What takes one out is imported when it is asked for: a process has only its own service in it.
"""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, cast

from proofs.undefended.patching import Patch

Part = Literal["adapter", "gateway", "terminal"]
PARTS: dict[Part, str] = {
    "adapter": "municipal_adapter",
    "gateway": "gateway",
    "terminal": "store_terminal_sim",
}
"""The package of each."""


@dataclass(frozen=True)
class Check:
    """One check of the product."""

    name: str
    parts: tuple[Part, ...]
    """Who does it."""
    what: str
    """For whoever reads the report."""
    without: str
    """Name of the function that gives what takes it out: `module:function`."""

    def patches(self) -> list[Patch]:
        """Return what takes it out."""
        module, name = self.without.split(":")
        found = importlib.import_module(f"proofs.undefended.{module}")
        return cast("Callable[[], list[Patch]]", getattr(found, name))()


_ADAPTER: tuple[Part, ...] = ("adapter",)
CHECKS = {
    check.name: check
    for check in (
        Check(
            "read-back",
            _ADAPTER,
            "every page is read as it is drawn and compared with the record; "
            "a vendor's is drawn anew from what was read",
            "adapter:without_read_back",
        ),
        Check(
            "record-beside",
            _ADAPTER,
            "the record beside a vendor's document compared with the person's",
            "adapter:without_record_beside",
        ),
        Check(
            "way-back",
            _ADAPTER,
            "whoever is named on the page looked up again, back to the asking card",
            "adapter:without_way_back",
        ),
        Check(
            "one-version",
            _ADAPTER,
            "all that a document is made from is of one version of the records",
            "adapter:without_one_version",
        ),
        Check(
            "record-faults",
            _ADAPTER,
            "nothing is issued while change events are missing or an erasure was not applied",
            "adapter:without_record_faults",
        ),
        Check(
            "card-binding",
            _ADAPTER,
            "a card's registration fits the person it points to (MAC)",
            "adapter:without_card_binding",
        ),
        Check(
            "font-digests",
            _ADAPTER,
            "font files are the approved ones",
            "adapter:without_font_digests",
        ),
        Check(
            "allowed-builds",
            ("gateway", "terminal"),
            "the attesting build is one that the trust list allows",
            "builds:without_allowed_builds",
        ),
        Check(
            "own-issuances",
            ("gateway",),
            "a terminal may fetch and report its own issuances alone",
            "gateway:without_own_issuances",
        ),
        Check(
            "attestation",
            ("terminal",),
            "the attestation is the municipality's and says what was asked",
            "terminal:without_attestation",
        ),
    )
}


def patches_of(names: Iterable[str], part: Part) -> list[Patch]:
    """Return what takes these checks out of a part; those that it does not do are left out.

    Raises:
        KeyError: no check of this name.

    """
    chosen = [CHECKS[name] for name in names]
    return [patch for check in chosen if part in check.parts for patch in check.patches()]
