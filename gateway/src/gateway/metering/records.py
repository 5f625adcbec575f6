"""Metering record and ledger transfers as parts of the statement that moves an issuance.

They read the row `moved` of that statement, so that state, meter and books change together or not
at all.
"""

from collections.abc import Sequence
from typing import Any

from gateway.metering.rules import Transfer

METERED = """
    INSERT INTO metering_records (municipality, accepted_on, issuance_id, kind, chain, site, place,
                                  channel, yen, commission, tariff_version, configuration_version)
    SELECT municipality, accepted_on, issuance_id, kind, chain, site, place,
           channel, fee, commission, tariff_version, configuration_version FROM moved
    WHERE NOT test
""".strip()
"""One record for each completed issuance, zero yen included, but of no test; conditions follow."""


def booked_from(first: int) -> str:
    """Return the insert of transfers over five array parameters, the first of them `$first`.

    Nothing of a test paper is booked.
    """
    kinds = ("text", "text", "text", "int", "text")
    given = ", ".join(f"${first + i}::{kind}[]" for i, kind in enumerate(kinds))
    return f"""
    INSERT INTO ledger_transfers (municipality, accepted_on, issuance_id, purpose, debit_account,
                                  credit_account, yen, reverses)
    SELECT municipality, accepted_on, issuance_id, booked.* FROM moved, unnest({given}) AS booked
    WHERE NOT test
    """.strip()  # noqa: S608 (numbers of ours)


def arrays(transfers: Sequence[Transfer]) -> list[list[Any]]:
    """Return the five array arguments of `booked_from`."""
    return [
        [transfer.purpose.value for transfer in transfers],
        [transfer.debit for transfer in transfers],
        [transfer.credit for transfer in transfers],
        [transfer.yen for transfer in transfers],
        [transfer.reverses for transfer in transfers],
    ]
