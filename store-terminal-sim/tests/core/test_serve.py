from madoguchi_wire.order import Kind
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.serve import serve
from store_terminal_sim.testing.world import ICHIKAWA, new_world


def test_a_certificate_is_paid_then_released_then_printed_and_reported() -> None:
    world = new_world()
    served = world.driver().run(
        serve(world.switched_on(), Application(ICHIKAWA, Kind.RESIDENT_RECORD, household=True))
    )
    (paper,) = served.printed
    assert world.machine.papers == {paper.issuance: paper.document_sha256}
    assert world.machine.cash() == paper.fee == 250
    assert world.gateway.states == {paper.issuance: "completed"}
