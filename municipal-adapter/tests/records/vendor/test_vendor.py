"""A vendor's issuing server behind the adapter: its papers are compared, stamped and read back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pikepdf
import pytest
from aiohttp import web
from madoguchi_wire.errors import MadoguchiError, PersonRefused, ReadBackFailed, ServiceUnavailable
from madoguchi_wire.order import (
    Options,
    ResidentRecordOptions,
    SealRegistrationOptions,
)
from municipal_adapter.readback.page import read_pages
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.inside import adapter_inside
from municipal_adapter_testing.papers import approved_fonts, ichikawa
from municipal_adapter_testing.pictures import see_through
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.vendor.adapter_file import vendor_adapter_file
from municipal_adapter_testing.vendor.server import VendorServer, changed, moved

ICHIKAWA = "122033"
SEAL = SealRegistrationOptions()
WHOLE = ResidentRecordOptions(relationship=True, honseki=True)


@pytest.mark.parametrize("case", [Case.ORDINARY, Case.OLD_KANJI])
@pytest.mark.parametrize("options", [WHOLE, ResidentRecordOptions(), SEAL])
async def test_the_vendors_paper_comes_out_with_our_numbers_on_each_page(
    counter: Counter, case: Case, options: Options
) -> None:
    issuance = uuid4()
    pages = read_pages(await counter.pdf(case, options, issuance), approved_fonts())
    name = ichikawa().residents[ichikawa().cases[case]].name.replace(" ", "")
    for number, page in enumerate(pages, start=1):
        assert f"交付番号{issuance}{number}/{len(pages)}" in page.text
    assert f"氏名{name}" in pages[0].text


async def swapped_page(counter: Counter) -> Callable[[bytes], bytes]:
    theirs = pikepdf.open(BytesIO(await counter.pdf(Case.LARGE_HOUSEHOLD, WHOLE)))

    def swap(document: pikepdf.Pdf) -> None:
        document.pages[0] = theirs.pages[0]

    return changed(swap)


def hidden_layer(document: pikepdf.Pdf) -> None:
    layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="x"))
    document.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]))


def one_more_page(document: pikepdf.Pdf) -> None:
    document.pages.append(document.pages[0])


def no_page(document: pikepdf.Pdf) -> None:
    del document.pages[0]


MIX_UPS: dict[str, Callable[[bytes], bytes]] = {
    "a hidden layer": changed(hidden_layer),
    "a page too many": changed(one_more_page),
    "no page": changed(no_page),
    "encrypted": changed(lambda _: None, encryption=pikepdf.Encryption(owner="o", user="")),
}
NO_DOCUMENTS: dict[str, Callable[[bytes], bytes]] = {
    "locked": changed(lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u")),
    "half": lambda pdf: pdf[: len(pdf) // 2],
    "all but its end": lambda pdf: pdf[:-12],
    "its beginning": lambda pdf: pdf[:20],
    "something else": lambda _: b"<html>Busy</html>",
}


@pytest.mark.parametrize("fault", list(MIX_UPS))
@pytest.mark.parametrize("options", [ResidentRecordOptions(), SEAL])
async def test_a_document_that_is_not_what_it_should_be_is_kept_back_as_evidence(
    counter: Counter, server: VendorServer, fault: str, options: Options
) -> None:
    server.faults.pdf, issuance = MIX_UPS[fault], uuid4()
    with pytest.raises(ReadBackFailed):
        await counter.pdf(Case.ORDINARY, options, issuance)
    evidence = counter.adapter.municipalities[ICHIKAWA].evidence
    assert await evidence.sealed(issuance) is not None


@pytest.mark.parametrize("fault", list(NO_DOCUMENTS))
async def test_what_is_no_whole_document_refuses_its_person_and_is_no_mix_up(
    counter: Counter, server: VendorServer, fault: str
) -> None:
    server.faults.pdf, issuance = NO_DOCUMENTS[fault], uuid4()
    with pytest.raises(PersonRefused):
        await counter.pdf(Case.ORDINARY, ResidentRecordOptions(), issuance)
    evidence = counter.adapter.municipalities[ICHIKAWA].evidence
    assert await evidence.sealed(issuance) is None
    server.faults.pdf = lambda pdf: pdf
    assert await counter.pdf(Case.ORDINARY, ResidentRecordOptions())


async def test_another_persons_page_paper_or_record_is_a_mix_up(
    counter: Counter, server: VendorServer
) -> None:
    other = ichikawa().cases[Case.LARGE_HOUSEHOLD]
    server.faults.pdf = await swapped_page(counter)
    with pytest.raises(ReadBackFailed):
        await counter.pdf(Case.ORDINARY, ResidentRecordOptions())
    server.faults.pdf = lambda pdf: pdf
    for options in (ResidentRecordOptions(), SEAL):
        server.faults.paper_of = other
        with pytest.raises(ReadBackFailed):
            await counter.pdf(Case.ORDINARY, options)
        server.faults.record_of = other  # both of the same other person
        with pytest.raises(ReadBackFailed):
            await counter.pdf(Case.ORDINARY, options)
        server.faults.paper_of = None
        with pytest.raises(ReadBackFailed):
            await counter.pdf(Case.ORDINARY, options)
        server.faults.record_of = None
    assert await counter.pdf(Case.ORDINARY, SEAL)


def html() -> web.Response:
    return web.Response(text="<html>Busy</html>", content_type="text/html")


def down() -> web.Response:
    return web.Response(status=503)


def elsewhere() -> web.Response:
    return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"})


def too_many() -> web.Response:
    return web.Response(status=429)


def huge() -> web.Response:
    return web.Response(body=b'{"a":"' + b"x" * (17 * 1024 * 1024) + b'"}')


@pytest.mark.parametrize("answer", [html, down, elsewhere, too_many, huge])
async def test_a_server_that_answers_nonsense_to_several_is_unavailable_and_may_be_asked_again(
    counter: Counter, server: VendorServer, answer: Callable[[], web.Response]
) -> None:
    server.faults.answer = answer
    for case in (Case.LARGE_HOUSEHOLD, Case.OLD_KANJI):
        with pytest.raises(PersonRefused):
            await counter.pdf(case, ResidentRecordOptions())
    with pytest.raises(ServiceUnavailable):
        await counter.pdf(Case.ORDINARY, SEAL)
    server.faults.answer = None
    assert await counter.pdf(Case.ORDINARY, SEAL)


async def test_a_slow_server_is_unavailable_in_time(counter: Counter, server: VendorServer) -> None:
    server.faults.seconds = 8
    with pytest.raises(ServiceUnavailable):
        await counter.pdf(Case.ORDINARY, SEAL)


@pytest.mark.parametrize(
    "case", [Case.PROTECTED, Case.MOVED_OUT, Case.DECEASED, Case.LEAVING, Case.CHANGE_PENDING]
)
async def test_the_rules_hold_whatever_the_vendor_would_print(
    counter: Counter, server: VendorServer, case: Case
) -> None:
    for options in (ResidentRecordOptions(), SEAL):
        with pytest.raises(PersonRefused):
            await counter.pdf(case, options)
    assert server.asked == []


async def test_somebody_of_the_same_birthday_who_cannot_be_understood_refuses_nobody_else(
    counter: Counter, server: VendorServer
) -> None:
    records, ordinary = server.town.records, ichikawa().cases[Case.ORDINARY]
    day = records.residents[ordinary].birth_date
    family = records.household_of(records.cases[Case.LARGE_HOUSEHOLD])
    nameless = replace(family.members[0], birth_date=day, name="")
    hurt = replace(family, members=(nameless, *family.members[1:]))
    households = tuple(hurt if one is family else one for one in records.households)
    residents = {**records.residents, nameless.resident_id: nameless}
    server.town.records = replace(records, households=households, residents=residents)
    assert nameless.resident_id in [one["no"] for one in server.town.born(day)]
    assert await counter.pdf(Case.ORDINARY, WHOLE)
    with pytest.raises(PersonRefused):
        await counter.pdf(Case.LARGE_HOUSEHOLD, WHOLE)


async def test_a_move_between_record_and_paper_is_never_mixed(
    counter: Counter, server: VendorServer
) -> None:
    resident, new = ichikawa().cases[Case.ORDINARY], "千葉県市川市架空町九丁目9番9号"
    before = server.faults.pdf

    def move(pdf: bytes) -> bytes:
        server.faults.pdf = before
        moved(server.town, resident, new)
        return pdf

    server.faults.pdf = move
    with pytest.raises(MadoguchiError):
        await counter.pdf(Case.ORDINARY, ResidentRecordOptions())
    pdf = await counter.pdf(Case.ORDINARY, ResidentRecordOptions())
    assert new in read_pages(pdf, approved_fonts())[0].text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"forms": {}}, "records.forms.resident_record: missing"),
        ({"words": "nowhere.txt"}, "records.words"),
        ({"token_file": "nowhere"}, "cannot be read as a token"),
    ],
)
async def test_a_part_of_the_adapter_file_that_cannot_be_used_stops_the_start(
    adapter_environment: dict[str, str],
    towns: dict[str, Town],
    changes: dict[str, object],
    told: str,
) -> None:
    file = vendor_adapter_file(towns[ICHIKAWA], "http://127.0.0.1:9", **changes)
    with pytest.raises(ValueError, match=told):
        async with adapter_inside(adapter_environment | {"ADAPTER_FILES": file}):
            pass


async def test_a_bad_seal_picture_refuses_its_persons_seal_certificate_alone(
    counter: Counter, server: VendorServer
) -> None:
    records = server.town.records
    holder = records.cases[Case.ORDINARY]
    bad = replace(records.seals[holder], picture_png=see_through())
    server.town.records = replace(records, seals={**records.seals, holder: bad})
    with pytest.raises(PersonRefused):
        await counter.pdf(Case.ORDINARY, SEAL)
    refusals = counter.adapter.municipalities[ICHIKAWA].refusals
    shown = await refusals.unmappable(timedelta(days=1))
    told = [(one.resident_id, one.cause) for one in shown if one.resident_id == holder]
    assert [one for one in told if "seals" in one[1]] == [
        (holder, "seals.picture_png (png): is transparent in places: give it a white ground")
    ]
    assert await counter.pdf(Case.ORDINARY, WHOLE)
    assert await counter.pdf(Case.LARGE_HOUSEHOLD, SEAL)
