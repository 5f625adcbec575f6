"""The card: its authority, its kind, its time, and whether it is revoked."""

from collections.abc import Awaitable, Callable

from madoguchi.conformance.centre.cards import EXPIRED, FOREIGN, ON_HOLD, REVOKED, SIGNING
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.verdicts import NotTried


def _refused(card: str, slug: str) -> Callable[[Sitting], Awaitable[None]]:
    async def check(at: Sitting) -> None:
        visit = await at.visit(card)
        (await at.prepare(visit, visit.order())).refused_as(slug)

    return check


async def stale_list(_: Sitting) -> None:
    """Nothing that is sent to an adapter makes its list old."""
    raise NotTried(
        "stop renewing the kit's revocation list: a day later every order must be refused as"
        " revocation-unknown"
    )


CHECKS = {
    "AD-30": _refused(FOREIGN, "card-authority-unknown"),
    "AD-31": _refused(EXPIRED, "card-certificate-expired"),
    "AD-32": _refused(SIGNING, "card-certificate-of-wrong-kind"),
    "AD-33": _refused(REVOKED, "card-certificate-revoked"),
    "AD-34": _refused(ON_HOLD, "card-certificate-on-hold"),
    "AD-35": stale_list,
}
