"""Enrolments of terminals in tests."""

from datetime import datetime, timedelta

from madoguchi_wire.enrolment import LONGEST, Enrolment, Placed
from madoguchi_wire.keys import SigningKey

DAY = timedelta(days=1)


def enrolled(
    registrar: SigningKey,
    terminal: str,
    statement_key: SigningKey,
    now: datetime,
    token_key: SigningKey | None = None,
    *,
    test: bool = False,
) -> str:
    """Return an enrolment (JWS) that is in force a month long, and was yesterday.

    Args:
        registrar: signs it.
        terminal: whose it is.
        statement_key: the terminal's.
        now: the present.
        token_key: the terminal's; None: one that nobody has.
        test: whether it prints test papers (見本), and nothing else.

    """
    site = terminal.rpartition("-")[0] or terminal
    placed = Placed(terminal=terminal, site=site, chain="chain", test=test)
    token_key = token_key or SigningKey.generate()
    return Enrolment.of(
        placed, statement_key.public, token_key.public, now - DAY, now + 30 * DAY
    ).signed_by(registrar)


FALSE = (
    "of another terminal",
    "over",
    "not yet",
    "longer than any",
    "by nobody we know",
    "by a forger",
    "by a key of another purpose",
    "keys swapped",
)
"""Names of enrolments that speak for nobody."""


def false_enrolment(
    name: str,
    registrar: SigningKey,
    terminal: str,
    statement_key: SigningKey,
    now: datetime,
    listed: SigningKey,
) -> str:
    """Return an enrolment (JWS) of the terminal's own key that must not hold.

    Args:
        name: which, of `FALSE`.
        registrar: the true one.
        terminal: who will show it.
        statement_key: the terminal's.
        now: the present.
        listed: a key that the trust list names for something else.

    """
    placed = Placed(terminal=terminal, site="site", chain="chain")
    token_key = SigningKey.generate().public
    said = Enrolment.of(placed, statement_key.public, token_key, now - DAY, now + DAY)
    changes: dict[str, dict[str, object]] = {
        "of another terminal": {"terminal": f"{terminal}0"},
        "over": {"not_after": now - timedelta(hours=1)},
        "not yet": {"not_before": now + timedelta(hours=1)},
        "longer than any": {"not_after": said.not_before + LONGEST + timedelta(seconds=1)},
        "keys swapped": {"statement_key": token_key, "token_key": statement_key.public},
    }
    signers = {
        "by nobody we know": SigningKey.generate(),
        "by a forger": SigningKey(SigningKey.generate().private, registrar.kid),
        "by a key of another purpose": listed,
    }
    changed = said.model_copy(update=changes.get(name, {}))
    return changed.signed_by(signers.get(name, registrar))
