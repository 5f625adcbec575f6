"""What a probe sees from the centre's machine: TLS, clock, readiness, and what must be refused."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from gateway.municipalities.files import read_alone
from gateway.municipalities.rules.configuration import MunicipalityFile
from local_stack.folders import ROOT
from local_stack.ports import free_port
from madoguchi.conformance.asking import Asking
from madoguchi.conformance.centre.people import HOLDER
from madoguchi.conformance.sitting import Sitting
from madoguchi.probe.direct import Centre, probe_directly
from madoguchi.probe.report import Check
from madoguchi.probe.trying import Trying
from madoguchi_testing.faults import any_signature, says_no
from madoguchi_testing.ours import MUNICIPALITY, Ours
from madoguchi_testing.spoiling import Answer, Ask, Fault, Spoiler, listening
from madoguchi_testing.tls import TlsAuthority
from madoguchi_wire.clock import SystemClock

TLS = "its TLS certificate is trusted, of its name, and good for 30 days"
CLOCK = "its clock is right"
Short = Sequence[Check]


async def honest(ask: Ask) -> Answer:
    return await ask.answered()


async def any_unsigned(ask: Ask) -> Answer:
    """Do what any request says, signed or not."""
    return await any_signature(ask) if ask.errand == "prepare" else await ask.answered()


async def for_anybody(ask: Ask) -> Answer:
    """Answer as one's own municipality, whichever is asked."""
    path = ask.path.replace("/473995/", f"/{MUNICIPALITY}/")
    return await replace(ask, path=path).answered()


@dataclass(frozen=True)
class Prober:
    """Probes our adapter through somebody who spoils what it says."""

    ours: Ours

    def centre(self, off: timedelta = timedelta(0)) -> Centre:
        centre, now = self.ours.centre, datetime.now(UTC)
        return Centre(
            clock=SystemClock(off),
            shifted=False,
            development=True,
            trust=centre.trust_list(now + timedelta(hours=12)),
            identity=centre.terminal(),
            card=centre.cards[HOLDER.card],
        )

    async def short(
        self,
        fault: Fault = honest,
        *,
        encrypted: ssl.SSLContext | None = None,
        centre: Centre | None = None,
    ) -> Short:
        async with aiohttp.ClientSession() as http:
            asking = Asking(http, self.ours.address, MUNICIPALITY, self.ours.centre.keys["gateway"])
            whole = self.ours.centre
            sitting = Sitting(whole, asking)
            spoiler = Spoiler(http, self.ours.address, self.ours.key, whole, sitting, fault)
            async with listening(spoiler, encrypted) as address:
                return await self.of(address, centre)

    async def of(self, address: str, centre: Centre | None = None) -> Short:
        trying = Trying(lambda _: None)
        await probe_directly(centre or self.centre(), body(address), trying)
        assert trying.checks
        return [one for one in trying.checks if not one.held]


def body(address: str) -> MunicipalityFile:
    read = read_alone(ROOT / f"deploy/municipalities/{MUNICIPALITY}.yaml", development=True)
    assert isinstance(read, MunicipalityFile)
    return read.model_copy(update={"adapters": (address,)})


@pytest.fixture
def prober(ours: Ours) -> Prober:
    return Prober(ours)


def told(short: Short) -> list[tuple[str, str]]:
    assert all(one.mend and one.part == "direct" for one in short)
    return [(one.name, one.seen) for one in short]


async def test_an_honest_adapter_holds_in_clear_in_development(prober: Prober) -> None:
    assert told(await prober.short()) == []


async def test_certificates_are_judged_by_authority_name_and_time(
    prober: Prober, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, other = (TlsAuthority(_made(tmp_path / name)) for name in ("one", "other"))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    assert told(await prober.short(encrypted=authority.serving())) == []
    for encrypted, seen in (
        (authority.serving(days=-1), "a certificate that has expired"),
        (authority.serving(days=10), "a certificate that expires on "),
        (authority.serving("adapter.example"), "a certificate of another name"),
        (other.serving(), "a certificate from an authority that is not trusted"),
    ):
        ((name, told_of),) = told(await prober.short(encrypted=encrypted))
        assert name == TLS
        assert told_of.startswith(seen)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def test_what_speaks_no_tls_or_does_not_answer_is_named(prober: Prober) -> None:
    in_clear = prober.ours.address.replace("http://127.0.0.1", "https://localhost")
    assert [name for name, _ in told(await prober.of(in_clear))] == [TLS]
    nobody = f"https://localhost:{free_port()}"
    assert [name for name, _ in told(await prober.of(nobody))] == [TLS]
    ((name, _),) = told(await prober.of(f"http://127.0.0.1:{free_port()}"))
    assert name == "it answers and is ready"
    ((name, _),) = told(await prober.short(says_no_and_has_no_beacon))
    assert name == "it answers and is ready"


async def says_no_and_has_no_beacon(ask: Ask) -> Answer:
    return await says_no(replace(ask, path="/v1/no"))


async def test_outside_development_an_address_in_clear_or_on_this_machine_is_named(
    prober: Prober,
) -> None:
    centre = replace(prober.centre(), development=False)
    for address in (prober.ours.address, "http://adapter.example", "https://169.254.169.254"):
        ((name, _),) = told(await prober.of(address, centre))
        assert name == "its address is one of an adapter"


@pytest.mark.parametrize("minutes", [-1, 1])
@pytest.mark.parametrize("shifted", [False, True])
async def test_a_clock_that_is_off_by_a_minute_is_named(
    prober: Prober, minutes: int, *, shifted: bool
) -> None:
    centre = replace(prober.centre(timedelta(minutes=minutes)), shifted=shifted)
    ((name, seen),) = told(await prober.of(prober.ours.address, centre))
    assert name == CLOCK
    assert seen.endswith("it must be: within 2 s of this machine's")


async def test_a_clock_that_is_off_by_four_seconds_shows_in_the_date_of_answers(
    prober: Prober,
) -> None:
    for seconds in (-4, 4):
        centre = prober.centre(timedelta(seconds=seconds))
        assert [name for name, _ in told(await prober.short(centre=centre))] == [CLOCK]


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (any_unsigned, "it refuses a request that nobody signed"),
        (any_unsigned, "it refuses a request signed by an unknown key"),
        (for_anybody, "it answers for no municipality that is not its own"),
    ],
)
async def test_an_adapter_that_does_not_refuse_is_named(
    prober: Prober, fault: Fault, named: str
) -> None:
    assert named in [name for name, _ in told(await prober.short(fault))]


async def test_a_trust_list_without_its_key_or_build_is_named(prober: Prober) -> None:
    centre = prober.centre()
    soon = {"not_after": datetime.now(UTC) + timedelta(days=10)}
    for change, name in (
        ({"keys": ()}, "the trust list has its keys"),
        (
            {"keys": tuple(one.model_copy(update=soon) for one in centre.trust.keys)},
            "the trust list has its keys",
        ),
        ({"builds": ()}, "the trust list allows a build of its adapter"),
    ):
        trust = centre.trust.model_copy(update=change)
        short = await prober.of(prober.ours.address, replace(centre, trust=trust))
        assert [one for one, _ in told(short)] == [name]
