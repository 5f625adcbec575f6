"""Whether certificates can be made from the records, and beginning their numbers anew."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.card_authorities import AcceptedAuthority

from municipal_adapter.database.migrate import schema_fault
from municipal_adapter.inputs import own_inputs
from municipal_adapter.officers.desk import Desk
from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.files.holding import held_records
from municipal_adapter.records.files.restarting import restart_numbers
from municipal_adapter.settings import FileSettings

_WELL = (
    "the source of records is well; keys, fonts, gaiji, templates, office_seal and the schema fit."
    " `/readyz` of a running adapter tells of trust list, revocation lists, clock and a sample page"
)


async def tell_of_records(desk: Desk, _: argparse.Namespace) -> None:
    """Say that all is well, and whom a batch holds, whether it is or not.

    Raises:
        ValueError: something is not; the text begins with the adapter file's path.

    """
    environment = FileSettings().common.environment  # pyright: ignore[reportCallIssue]
    own = own_inputs(desk.path, desk.file, environment, japan_day(desk.clock.now()))
    _check_revocation_lists(desk.path, own.authorities)
    if (fault := await schema_fault(desk.pool)) is not None:
        raise ValueError(f"{desk.path}: database_url: {fault}")
    async with desk.records() as records:
        fault = await records.check()
    if fault is None:
        sys.stdout.write(f"{_WELL}\n")
    for held in await held_records(desk.pool):
        sys.stdout.write(f"held: {held.what} {held.key}: {held.cause}\n")
    if fault is not None:
        raise ValueError(f"{desk.path}: records: {fault}")


def _check_revocation_lists(path: Path, authorities: Sequence[AcceptedAuthority]) -> None:
    for one in authorities:
        if not one.crl.startswith(("http://", "https://")) and not Path(one.crl).is_file():
            why = f"the revocation list of {one.authority.name}, {one.crl}, is not there"
            raise ValueError(f"{path}: card_authorities: {why}")


async def restart(desk: Desk, asked: argparse.Namespace) -> None:
    """Forget which numbers of changes have come.

    Raises:
        ValueError: the records do not come as files, or officer or reason is blank.

    """
    if not isinstance(desk.file.records, FilesRecords):
        raise ValueError("the records do not come as files: they have no numbers")
    await restart_numbers(desk.pool, asked.officer, asked.reason)
    sys.stdout.write("forgotten; nothing is issued until a batch comes that is made from now on\n")
