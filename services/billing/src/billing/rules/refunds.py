"""Who bears a refund."""

from billing.statements.statement import Bearer


def borne_by(*, own_machine: bool, period_closed: bool) -> Bearer:
    """Return whose money a fee is that is given back.

    While the paper's period is open, the chain hands its own coins back and pays in less.
    Afterwards the fee is settled, and the municipality gives it back (過誤納還付). The coins of its
    own machines are the municipality's from the beginning.
    """
    return Bearer.MUNICIPALITY if own_machine or period_closed else Bearer.CHAIN
