"""How many payloads are gone, against how many the runs of retention say that they removed."""

from collections.abc import AsyncIterator

from madoguchi_wire.kit.pool import Connection

from audit.verifying.faults import Fault, Name
from audit.verifying.rows import Looked

_SAID = "SELECT municipality, sum(events)::bigint AS events FROM removals GROUP BY municipality"


async def faults_of_removed(connection: Connection, looked: Looked) -> AsyncIterator[Fault]:
    """Find municipalities of which another number of payloads is gone than was said.

    What an emptied event's municipality was, its digest does not prove, so the sums have to fit.
    """
    said = {row["municipality"]: row["events"] for row in await connection.fetch(_SAID)}
    for municipality in sorted({*said, *looked.gone, *looked.doubtful}):
        least = looked.gone[municipality]
        told = said.get(municipality, 0)
        if not least <= told <= least + looked.doubtful[municipality]:
            what = f"{municipality}: {least} payloads are gone, and retention removed {told}"
            yield Fault(Name.PAYLOAD_MISSING, what)
