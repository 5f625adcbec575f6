"""The price of a session: what the menu said that its challenge came with."""

from madoguchi_wire.order import Kind

from gateway.cardholders.sessions import OpenSession
from gateway.municipalities.rules.configuration import MunicipalityVersion
from gateway.municipalities.rules.tariffs import Price, price_shown
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal


async def price_in(
    gateway: Gateway, terminal: Terminal, opened: OpenSession, kind: Kind
) -> tuple[Price, MunicipalityVersion]:
    """Return it with its configuration, whatever midnight or a new file has changed since.

    Raises:
        OfferRefused: the menu had no price for this kind.

    """
    version = await gateway.municipalities.numbered(
        gateway.pool, opened.municipality, opened.configuration_version
    )
    return price_shown(version.body, kind, terminal, opened.shown_at), version
