"""The tripwire around a whole system: it is searched when it is stopped."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager

from gateway.audit.described import AMISS

from local_stack.installation.make import Installation
from local_stack.kafka import LocalKafka
from local_stack.postgres import LocalPostgres
from local_stack.processes import ManagedProcess
from local_stack.system import LocalSystem
from local_stack.tripwire import places
from local_stack.tripwire.persons import searchers
from local_stack.tripwire.places import Place
from local_stack.tripwire.search import Searcher

UNDESCRIBED = Searcher({AMISS.encode(): "an event that says what nobody described"})


class PersonalDataFound(AssertionError):
    """Something of a person lies where none may be; the text says what kind of thing, and where."""


@contextmanager
def watched(system: LocalSystem) -> Generator[None]:
    """Search a system while it is stopped inside.

    Raises:
        PersonalDataFound: with every kind of thing and place.

    """
    if not system.processes:
        yield
        return
    yield
    search(system, system.last_pages)


def look_at_metrics(system: LocalSystem, ending: Sequence[ManagedProcess]) -> None:
    """Keep the metrics of processes that are about to end."""
    living = [(one.name, one.address) for one in ending if one.running]
    system.last_pages += places.of_metrics(living)


def search(system: LocalSystem, more: Iterable[Place] = ()) -> None:
    """Search everything that a stopped system left.

    Raises:
        PersonalDataFound: with every kind of thing and place.

    """
    search_installation(system.installation, [*more, *_files(system)])


def search_installation(installation: Installation, more: Iterable[Place] = ()) -> None:
    """Search what services without a system of ours around them left, before it is dropped.

    Raises:
        PersonalDataFound: with every kind of thing and place.

    """
    layout = installation.layout
    known = [*searchers(installation.towns, layout), UNDESCRIBED]
    dumps = [
        places.of_dump("gateway", installation.facts.gateway_database),
        places.of_dump("archive", installation.facts.audit_database),
    ]
    check(known, [*more, *places.of_installation(layout), *dumps])


def check(known: Iterable[Searcher], there: Iterable[Place]) -> None:
    """Search places.

    Raises:
        PersonalDataFound: with every kind of thing and place.

    """
    known = tuple(known)
    found = {
        f"{kind} in {name}": shape
        for name, data in there
        for one in known
        for kind, shape in one.shapes(data).items()
    }
    if found:
        told = PersonalDataFound("; ".join(sorted(found)))
        for what, shape in found.items():
            told.add_note(f"{what}, in this shape: {shape}")
        raise told


def _files(system: LocalSystem) -> Iterable[Place]:
    if isinstance(system.centre, LocalPostgres) and system.centre is not system.municipalities:
        system.centre.checkpoint()
        yield "the log of the centre's PostgreSQL", system.centre.log.read_bytes()
        yield from places.of_folder(
            "the files of the centre's PostgreSQL", system.centre.data, system.started_at
        )
    if isinstance(system.broker, LocalKafka):
        yield "the log of Kafka", system.broker.log.read_bytes()
        yield from places.of_folder("Kafka", system.broker.data, system.started_at)
