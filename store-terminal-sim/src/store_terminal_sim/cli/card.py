"""`card`: what the holder's telephone call to the authority does."""

import argparse

from madoguchi_wire.clock import Clock
from rich.console import Console

from store_terminal_sim.cards.authority import CardAuthoritySim
from store_terminal_sim.cards.virtual_card import VirtualCard


def change_card(chosen: argparse.Namespace, clock: Clock) -> int:
    """Revoke, hold or release a card; a running authority serves it from the next request on."""
    console = Console()
    card = VirtualCard.load(chosen.card)
    folder = chosen.authorities / card.authority
    authority = CardAuthoritySim.load(folder)
    try:
        match chosen.change:
            case "revoke":
                authority.revoke(card.serial, clock.now())
            case "hold":
                authority.hold(card.serial, clock.now())
            case _:
                authority.release(card.serial)
    except ValueError as error:
        console.print(f"[red]{error}")
        return 1
    authority.revocations.save(folder / "revocations.json")
    console.print(f"{chosen.change}: written to the revocation list of {card.authority}")
    return 0
