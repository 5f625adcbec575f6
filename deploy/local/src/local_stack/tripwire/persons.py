"""What is known of the persons of an installation, of their cards and of their papers."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from municipal_adapter.records.model import Resident
from municipal_adapter.synthetic import SyntheticMunicipality

from local_stack.installation.cards import Town
from local_stack.installation.layout import Layout
from local_stack.tripwire.search import Searcher, searcher_of_texts
from local_stack.tripwire.spellings import of_bytes, of_date, of_name, of_number

NAME, ADDRESS, BIRTH = "a person's name", "an address", "a birth date"
NUMBER, SERIAL = "a resident's number", "a card's serial number"
CERTIFICATE, DOCUMENT = "a card certificate", "a document"
_DOCUMENT_MARKS = (b"%PDF-1.", b"%PDF-2.")
_WINDOW, _WINDOWS = 48, 4
"""Bytes that stand for a long thing, and from how many places in it."""


def searchers(towns: Iterable[Town], layout: Layout) -> list[Searcher]:
    """Return what finds the persons and cards of towns, and the papers of terminals (`*.pdf`).

    Whoever was born on a day that the configuration names, as the first of a tariff, is not looked
    for by birth date: the day is no secret.
    """
    towns = tuple(towns)
    named = b"".join(path.read_bytes() for path in layout.configuration.rglob("*.yaml"))
    texts = frozenset(pair for town in towns for pair in _texts(town.records, named))
    cards = [holder.card for town in towns for holder in town.holders]
    return [
        searcher_of_texts(texts),
        searcher_of_cards((card.serial, card.certificate) for card in cards),
        searcher_of_papers(layout.terminals),
    ]


def searcher_of_cards(cards: Iterable[tuple[int, bytes]]) -> Searcher:
    """Return what finds cards, given by serial number and certificate (DER)."""
    kinds = dict[bytes, str]()
    for serial, certificate in cards:
        for window in _windows(certificate):
            kinds |= dict.fromkeys(of_bytes(window), CERTIFICATE)
        kinds |= dict.fromkeys(of_number(serial), SERIAL)
    return Searcher(kinds)


def searcher_of_papers(papers: Path | None = None) -> Searcher:
    """Return what finds the papers (`*.pdf`) in a folder, and any PDF."""
    kinds: dict[bytes, str] = dict.fromkeys(_DOCUMENT_MARKS, DOCUMENT)
    for paper in papers.rglob("*.pdf") if papers is not None else ():
        for window in _windows(paper.read_bytes()):
            kinds |= dict.fromkeys(of_bytes(window), DOCUMENT)
    return Searcher(kinds)


def _windows(data: bytes) -> Iterator[bytes]:
    """Yield pieces from the second half on: whatever is alike in all stands at the beginning."""
    first = len(data) // 2
    step = max((len(data) - first - _WINDOW) // _WINDOWS, 1)
    for start in range(first, max(len(data) - _WINDOW, first + 1), step):
        yield data[start : start + _WINDOW]


def _texts(records: SyntheticMunicipality, named: bytes) -> Iterator[tuple[str, str]]:
    for resident in records.residents.values():
        yield from ((name, NAME) for name in _names(resident))
        if resident.birth_date.isoformat().encode() not in named:
            yield from ((day, BIRTH) for day in of_date(resident.birth_date))
        yield resident.resident_id, NUMBER
        yield from ((one, ADDRESS) for one in _addresses(resident))
    for household in records.households:
        yield household.address, ADDRESS


def _names(resident: Resident) -> Iterator[str]:
    for name in (resident.name, resident.name_kana, resident.alias, resident.family_head):
        if name:
            yield from of_name(name)


def _addresses(resident: Resident) -> Iterator[str]:
    if resident.previous_address:
        yield resident.previous_address
    if resident.family_head:  # else 本籍 is the name of a country
        yield resident.honseki
