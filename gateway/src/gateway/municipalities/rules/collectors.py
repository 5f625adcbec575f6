"""Where a municipality's papers may come out, by who collects its fees there."""

from datetime import datetime

from madoguchi_wire.channel import Channel
from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import CollectorNotDesignated, MachineOfAnotherMunicipality

from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.terminals.terminal import Terminal


def check_collector(municipality: MunicipalityFile, terminal: Terminal, moment: datetime) -> None:
    """Pass if fees of this municipality may be taken at this terminal on Japan's day of `moment`.

    At a test terminal nothing is taken.

    Raises:
        CollectorNotDesignated: the mayor has not designated the chain for that day.
        MachineOfAnotherMunicipality: a city's own machine serves its own citizens only.

    """
    if terminal.test:
        return
    if terminal.channel is Channel.CITY_MACHINE:
        if terminal.site_municipality != municipality.code:
            raise MachineOfAnotherMunicipality()
        return
    day = japan_day(moment)
    designated = (one for one in municipality.collectors if one.chain == terminal.chain)
    if not any(one.covers(day) for one in designated):
        raise CollectorNotDesignated()


def may_collect(municipality: MunicipalityFile, terminal: Terminal, moment: datetime) -> bool:
    """Tell whether `check_collector` passes."""
    try:
        check_collector(municipality, terminal, moment)
    except (CollectorNotDesignated, MachineOfAnotherMunicipality):
        return False
    return True
