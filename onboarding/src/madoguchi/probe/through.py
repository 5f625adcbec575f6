"""The second part of a probe: as the test terminal, through the gateway, for the test person."""

from statistics import median

from gateway.municipalities.rules.configuration import MunicipalityFile
from madoguchi_wire.gateway_api import Menu
from madoguchi_wire.order import Kind
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.session import OPENING_TIME, fetch_menu

from madoguchi.conformance.verdicts import Failed
from madoguchi.probe import papers
from madoguchi.probe.desk import Desk
from madoguchi.probe.papers import Made
from madoguchi.probe.report import Speed
from madoguchi.probe.specimen import check_specimen
from madoguchi.probe.trying import Question, Trying

PAPERS = 5
"""Of each kind."""
SLOWEST_MS = 3000
"""A cardholder waits no longer: the service-level target of a prepared paper."""
_VENDOR = "let those who run the adapter look at its log; its maker has `madoguchi conformance`"

TERMINAL = Question(
    "gateway",
    "the terminal was enrolled for test papers",
    "write `test: true` for it into its chain's file, put that, and enrol it anew",
)
MENU = Question(
    "gateway",
    "the gateway serves the test terminal by this version",
    "look whether the adapter answers the gateway, whether --gateway and GATEWAY_DATABASE_URL are"
    " of one centre, and whether a newer version was put meanwhile",
)
PAPER = Question(
    "gateway",
    "a paper comes out for the test person, attested as a test, with issuance id and n/m",
    "look whether the adapter's file names the test person in `test_residents`, and whether the"
    " card is theirs; else: " + _VENDOR,
)
SPECIMEN = Question("gateway", "each page says 見本", _VENDOR)
AGAIN = Question("gateway", "the same order again is the same paper", _VENDOR)
COPIES = Question("gateway", "one copy more than is offered is refused", _VENDOR)
KEY = Question("gateway", "an order that another key signed is refused", _VENDOR)
FAST = Question(
    "gateway",
    f"each of {PAPERS} papers is prepared within {SLOWEST_MS // 1000} s",
    "let those who run the adapter look where its time goes: its records, its drawing, the line"
    " between",
)


async def probe_through(
    desk: Desk, body: MunicipalityFile, version: int, trying: Trying
) -> tuple[Speed, ...]:
    """Try everything that a cardholder would meet; return how long papers took."""
    if not await trying.holds(TERMINAL, desk.terminal.identity.terminal, _enrolled(desk)):
        return ()
    if not await trying.holds(MENU, "", _menu(desk, body, version)):
        return ()
    speed: list[Speed] = []
    for kind, rule in body.offers.items():
        options = [
            name for name in ("members", "relationship", "honseki") if getattr(rule, name, False)
        ]
        tried = papers.wishes(kind, body.code, options)
        tried += tried[:1] * (PAPERS - len(tried))
        made = [one for wish in tried if (one := await _paper(desk, wish, trying)) is not None]
        if made:
            await _refusals(desk, tried[0], trying)
        if len(made) == PAPERS:
            speed.append(_speed(kind, made))
            await trying.holds(FAST, kind.value, _fast(speed[-1]))
    return tuple(speed)


async def _enrolled(desk: Desk) -> str:
    if not desk.terminal.identity.test:
        raise Failed("an enrolment for test papers", "one of a terminal for cardholders")
    return ""


async def _menu(desk: Desk, body: MunicipalityFile, version: int) -> str:
    deadline = desk.terminal.clock.now() + OPENING_TIME
    menu = await desk.asked(fetch_menu(desk.terminal, body.code, deadline), "a menu")
    if menu.configuration_version != version:
        raise Failed(f"version {version}", f"version {menu.configuration_version}")
    return _offered(menu, body)


def _offered(menu: Menu, body: MunicipalityFile) -> str:
    offered = {one.kind for one in menu.offers}
    if missing := [kind.value for kind in body.offers if kind not in offered]:
        raise Failed("every kind of the file", f"no {', '.join(missing)}")
    if priced := [one.kind.value for one in menu.offers if one.price]:
        raise Failed("0 yen", f"a price of {', '.join(priced)}")
    return ", ".join(sorted(kind.value for kind in offered))


async def _paper(desk: Desk, wish: Application, trying: Trying) -> Made | None:
    of = _spelt(wish)
    made: list[Made] = []

    async def comes_out() -> str:
        made.append(await papers.come_out(desk, wish))
        pages = made[0].paper.pages
        return f"{pages} {'page' if pages == 1 else 'pages'} in {made[0].prepared_ms} ms"

    async def says_it() -> str:
        return check_specimen(made[0].paper.document)

    if not await trying.holds(PAPER, of, comes_out()):
        return None
    await trying.holds(SPECIMEN, of, says_it())
    return made[0]


async def _refusals(desk: Desk, wish: Application, trying: Trying) -> None:
    of = wish.kind.value
    await trying.holds(AGAIN, of, papers.same_again(desk, wish))
    await trying.holds(COPIES, of, papers.refuses_one_copy_more(desk, wish))
    await trying.holds(KEY, of, papers.refuses_another_key(desk, wish))


def _spelt(wish: Application) -> str:
    options = {
        "household": wish.household,
        "relationship": wish.relationship,
        "honseki": wish.honseki,
    }
    chosen = [name for name, is_chosen in options.items() if is_chosen]
    return ", ".join([wish.kind.value, *chosen])


def _speed(kind: Kind, made: list[Made]) -> Speed:
    took = [one.prepared_ms for one in made]
    return Speed(
        kind=kind.value, papers=len(took), median_ms=round(median(took)), slowest_ms=max(took)
    )


async def _fast(speed: Speed) -> str:
    seen = f"median {speed.median_ms} ms, slowest {speed.slowest_ms} ms"
    if speed.slowest_ms > SLOWEST_MS:
        raise Failed(f"none over {SLOWEST_MS} ms", seen)
    return seen
