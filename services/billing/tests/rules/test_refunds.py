"""Who bears a refund."""

import pytest
from billing.rules.refunds import borne_by
from billing.statements.statement import Bearer


@pytest.mark.parametrize(
    ("own_machine", "period_closed", "bearer"),
    [
        (False, False, Bearer.CHAIN),
        (False, True, Bearer.MUNICIPALITY),
        (True, False, Bearer.MUNICIPALITY),
        (True, True, Bearer.MUNICIPALITY),
    ],
)
def test_the_chain_bears_it_until_the_period_is_closed(
    *, own_machine: bool, period_closed: bool, bearer: Bearer
) -> None:
    assert borne_by(own_machine=own_machine, period_closed=period_closed) is bearer
