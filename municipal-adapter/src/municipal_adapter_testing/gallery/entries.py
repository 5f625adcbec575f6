"""What is in the gallery: every combination of kind, options and edge case that the code knows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from madoguchi_wire.order import Kind
from municipal_adapter.certificates.content import Content
from municipal_adapter.synthetic import Case

from municipal_adapter_testing.gallery.edges import (
    GAIJI_NAME,
    MJ_NAME,
    SEALS,
    with_longest_texts,
    with_name,
    with_seal,
)
from municipal_adapter_testing.papers import ichikawa, resident_record, seal_registration

WHOLE, PART, SELF = "whole", "part", "self"
"""世帯全員, 世帯の一部 of several persons, and the cardholder alone."""


@dataclass(frozen=True)
class Entry:
    """One certificate of the gallery."""

    kind: Kind
    case: str
    options: tuple[str, ...]
    make: Callable[[], Content]

    @property
    def name(self) -> str:
        """Name of its files, without their endings."""
        return "-".join((self.kind.value, self.case, *self.options))


def all_entries(*, mj: bool) -> list[Entry]:
    """Return all of the gallery, with those that need a font of MJ characters or without them."""
    return [*_of_cases(), *_longest(), *_seals(), *(_of_old_spellings() if mj else ())]


def _of_cases() -> Iterator[Entry]:
    for case in Case:
        yield from _resident_records(case)
        if ichikawa().cases[case] in ichikawa().seals:
            yield Entry(Kind.SEAL_REGISTRATION, case, (), _seal(case))


def _resident_records(case: Case) -> Iterator[Entry]:
    for scope, relationship, honseki in product(_scopes(case), (True, False), (True, False)):
        options = (scope, *["relationship"] * relationship, *["honseki"] * honseki)
        make = _record(case, scope, relationship=relationship, honseki=honseki)
        yield Entry(Kind.RESIDENT_RECORD, case, options, make)


def _scopes(case: Case) -> tuple[str, ...]:
    members = len(ichikawa().household_of(ichikawa().cases[case]).members)
    return (WHOLE, PART, SELF)[:members] if members != 2 else (WHOLE, SELF)


def _record(case: Case, scope: str, *, relationship: bool, honseki: bool) -> Callable[[], Content]:
    household = ichikawa().household_of(ichikawa().cases[case])
    members = {WHOLE: None, PART: len(household.members) - 1, SELF: 1}[scope]
    return lambda: resident_record(
        case, relationship=relationship, honseki=honseki, members=members
    )


def _seal(case: Case) -> Callable[[], Content]:
    return lambda: seal_registration(case)


def _longest() -> Iterator[Entry]:
    for letters, text in (("kanji", "寿限無五劫擦"), ("latin", "WOLFESCHLEGELSTEIN ")):
        for kind, content in _plain(Case.FOREIGN_ALIAS):
            yield Entry(
                kind,
                f"longest_{letters}",
                (),
                lambda content=content, text=text: with_longest_texts(content(), text),
            )


def _seals() -> Iterator[Entry]:
    for name, millimetres in SEALS.items():
        make = _seal(Case.ORDINARY)
        yield Entry(
            Kind.SEAL_REGISTRATION,
            f"seal_{name}",
            (),
            lambda make=make, millimetres=millimetres: with_seal(make(), millimetres),
        )


def _of_old_spellings() -> Iterator[Entry]:
    for case, name in (("mj_selector", MJ_NAME), ("gaiji", GAIJI_NAME)):
        for kind, content in _plain(Case.ORDINARY):
            yield Entry(
                kind, case, (), lambda content=content, name=name: with_name(content(), name)
            )


def _plain(case: Case) -> list[tuple[Kind, Callable[[], Content]]]:
    return [
        (Kind.RESIDENT_RECORD, lambda: resident_record(case, members=1)),
        (Kind.SEAL_REGISTRATION, _seal(case)),
    ]
