"""Whoever is chosen of whichever household: the paper says the record."""

from datetime import date
from functools import cache
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from municipal_adapter.certificates.content import build_resident_record
from municipal_adapter.certificates.render import Renderer, template_sources
from municipal_adapter.readback.page import without_space
from municipal_adapter.readback.read_back import read_back
from municipal_adapter.readback.template_words import TemplateWords
from municipal_adapter.synthetic import SyntheticMunicipality, synthetic_records
from municipal_adapter_testing.papers import approved_fonts

CODES = ("122033", "131130", "132047")
PERSONS_A_PAGE = 4


@cache
def town_of(code: str) -> SyntheticMunicipality:
    return synthetic_records(code)


@cache
def renderer() -> Renderer:
    return Renderer()


@cache
def words() -> TemplateWords:
    return TemplateWords(template_sources(None))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(CODES), st.uuids())
def test_any_members_of_any_household_render_and_read_back(
    data: st.DataObject, code: str, issuance: UUID
) -> None:
    town = town_of(code)
    household = data.draw(st.sampled_from([one for one in town.households if one.members]))
    chosen = data.draw(st.lists(st.sampled_from(household.members), min_size=1, unique=True))
    content = build_resident_record(
        town.office,
        household,
        chosen,
        relationship=data.draw(st.booleans()),
        honseki=data.draw(st.booleans()),
        issued_on=data.draw(st.dates(date(2010, 2, 2), date(2099, 12, 31))),
        certificate_number=data.draw(st.from_regex(r"[0-9]{12}", fullmatch=True)),
        issuance=str(issuance),
    )
    rendered = renderer().render(content)
    paper = read_back(rendered.pdf, content, words(), approved_fonts())
    assert paper.pages <= 1 + len(chosen) // PERSONS_A_PAGE
    named = [(one.name, one.birth_date) for one in paper.people]
    assert named == [
        (without_space(one.name), one.birth_date) for one in household.members if one in chosen
    ]
