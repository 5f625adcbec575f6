"""The incidents and the traitors, one file each."""

from proofs.incidents.cases.f1 import F1
from proofs.incidents.cases.f2 import F2
from proofs.incidents.cases.f3 import F3
from proofs.incidents.cases.f4 import F4
from proofs.incidents.cases.f5 import F5
from proofs.incidents.cases.f6 import F6
from proofs.incidents.cases.f7 import F7
from proofs.incidents.cases.f9 import F9
from proofs.incidents.cases.f11 import F11
from proofs.incidents.cases.traitor_gateway import TraitorGateway
from proofs.incidents.cases.traitor_terminal import TraitorTerminal
from proofs.incidents.cases.traitor_vendor import TraitorVendor
from proofs.incidents.incident import Incident

_FAULTS: tuple[type[Incident], ...] = (F1, F2, F3, F4, F5, F6, F7, F9, F11)
_TRAITORS: tuple[type[Incident], ...] = (TraitorGateway, TraitorVendor, TraitorTerminal)
INCIDENTS = {incident.name: incident for incident in (*_FAULTS, *_TRAITORS)}
"""By name, as in the report."""
