"""What is offered here and now, and whether an order fits it."""

from datetime import datetime

from madoguchi_wire.errors import (
    OfferRefused,
    OptionNotOffered,
    OutOfHours,
    UnderMaintenance,
)
from madoguchi_wire.order import Options, ResidentRecordOptions

from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.hours import is_under_maintenance, is_within_hours
from gateway.municipalities.rules.opening import OfferRule
from gateway.terminals.terminal import Terminal


def offer_at(
    municipality: MunicipalityFile,
    options: Options,
    copies: int,
    terminal: Terminal,
    moment: datetime,
) -> OfferRule:
    """Return the offer that an order of `copies` papers with these options fits at `moment`.

    Raises:
        OfferRefused: the kind is not offered.
        OptionNotOffered: an option, the members or the number of copies is not offered.
        OutOfHours: the kind is offered, but not at this hour.
        UnderMaintenance: nor in this window.

    """
    rule = municipality.offers.get(options.kind)
    if rule is None:
        raise OfferRefused()
    if not _has_options(rule, options) or copies > rule.maximum_copies:
        raise OptionNotOffered()
    if not is_within_hours(municipality, options.kind, terminal, moment):
        raise OutOfHours()
    if is_under_maintenance(municipality, options.kind, terminal, moment):
        raise UnderMaintenance()
    return rule


def _has_options(rule: OfferRule, options: Options) -> bool:
    if not isinstance(options, ResidentRecordOptions):
        return True
    return (
        (rule.members or not options.members)
        and (rule.relationship or not options.relationship)
        and (rule.honseki or not options.honseki)
    )
