"""An adapter with a fault fails by the name of what it does not do."""

import re
from collections.abc import Collection

import aiohttp
import pytest
from local_stack.folders import ROOT
from madoguchi.conformance.asking import Asking
from madoguchi.conformance.checks.times import in_time
from madoguchi.conformance.requirements import REQUIREMENTS
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.trying import tried
from madoguchi.conformance.verdicts import Failed, Report, Verdict
from madoguchi_testing.faults import FAULTS, says_no, says_nonsense, says_yes
from madoguchi_testing.ours import MUNICIPALITY, Ours
from madoguchi_testing.spoiling import Fault, Spoiler, listening

SLUG = re.compile(r"\b4\d\d ([a-z-]+)")
WITHOUT_ASKING = {"AD-35", "AD-95", "AD-96"}
OF_GOOD_ANSWERS = (
    *("AD-01", "AD-50", "AD-54", "AD-60", "AD-61", "AD-62", "AD-63", "AD-64", "AD-65", "AD-66"),
    *("AD-67", "AD-68", "AD-69", "AD-70", "AD-73", "AD-84", "AD-90"),
)
"""What an adapter that says yes to everything may do well; all others ask for a refusal."""


async def report_of(ours: Ours, fault: Fault, only: Collection[str] = ()) -> Report:
    """Try our adapter through somebody who spoils what it says."""
    centre = ours.centre
    async with aiohttp.ClientSession() as http:
        asking = Asking(http, ours.address, MUNICIPALITY, centre.keys["gateway"])
        sitting = Sitting(centre, asking)
        spoiler = Spoiler(http, ours.address, ours.key, centre, sitting, fault)
        async with listening(spoiler) as address:
            return await tried(address, centre, only)


def with_verdict(report: Report, verdict: Verdict) -> set[str]:
    return {one.id for one in report.results if one.verdict is verdict}


@pytest.mark.parametrize("name", list(FAULTS))
async def test_an_adapter_with_a_fault_fails_by_the_name_of_what_it_does_not_do(
    ours: Ours, name: str
) -> None:
    fault, requirement = FAULTS[name]
    report = await report_of(ours, fault, [requirement])
    assert with_verdict(report, Verdict.FAILED) == {requirement}
    assert not report.holds
    assert REQUIREMENTS[requirement].mend in report.as_text()


async def test_an_adapter_that_refuses_nothing_fails_all_that_ask_for_a_refusal(
    ours: Ours,
) -> None:
    report = await report_of(ours, says_yes)
    wanted = set(REQUIREMENTS) - set(OF_GOOD_ANSWERS) - WITHOUT_ASKING
    assert wanted - with_verdict(report, Verdict.FAILED) == set()


async def test_an_adapter_that_refuses_everything_passes_nothing_but_its_beacon(
    ours: Ours,
) -> None:
    report = await report_of(ours, says_no)
    passed = with_verdict(report, Verdict.PASSED)
    assert passed <= {"AD-01", "AD-02", "AD-03"}
    assert "AD-50" in with_verdict(report, Verdict.FAILED)
    described = (ROOT / "docs" / "openapi" / "adapter.json").read_text("utf-8")
    expected = {word for one in report.results for word in SLUG.findall(one.expected)}
    assert len(expected) >= 20
    assert [slug for slug in sorted(expected) if f"`{slug}`" not in described] == []


@pytest.mark.parametrize(
    ("status", "media_type"),
    [
        (200, "application/json"),
        (200, "text/html"),
        (403, "application/problem+json"),
        (299, "a/b"),
    ],
)
async def test_nonsense_is_told_as_a_failure_and_never_ends_the_trial(
    ours: Ours, status: int, media_type: str
) -> None:
    report = await report_of(ours, says_nonsense(status, media_type))
    assert [one.id for one in report.results] == list(REQUIREMENTS)
    # Nonsense of the right shape comes in time, too.
    assert with_verdict(report, Verdict.PASSED) <= {"AD-01", "AD-02", "AD-95"}


async def test_a_paper_that_took_too_long_is_told(ours: Ours) -> None:
    async with aiohttp.ClientSession() as http:
        asking = Asking(http, ours.address, MUNICIPALITY, ours.centre.keys["gateway"])
        with pytest.raises(Failed, match=r"one after 10\.1 s"):
            await in_time(Sitting(ours.centre, asking, [0.2, 10.1]))
