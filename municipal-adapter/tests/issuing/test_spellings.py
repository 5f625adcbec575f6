"""Spellings of names, from the record to the released paper or its refusal."""

import pytest
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.reception import Person, Reception

ICHIKAWA = "122033"
RECORD, SEAL = ResidentRecordOptions(honseki=True), SealRegistrationOptions()


@pytest.mark.parametrize("options", [RECORD, SEAL])
@pytest.mark.parametrize(
    "name",
    [
        "髙橋 一郎",
        "山﨑 一郎",
        "𠮷田 一郎",
        "渡邊\U000e0101 一郎",
        "渡邊\U000e0100 邊\U000e0101一郎",
        "SMITH JONATHAN EDWARD",
        "寿限無寿限無五劫擦切海砂利水魚水行末雲来末 一郎",
    ],
)
async def test_names_in_registered_spellings_are_released(
    asking: Asking, reception: Reception, name: str, options: Options
) -> None:
    visit = await reception.visitor(ICHIKAWA, Person(name=name))
    assert (await asking.prepare(visit, visit.order(options))).status == 200


@pytest.mark.parametrize("options", [RECORD, SEAL])
@pytest.mark.parametrize(
    "name",
    [
        "試験 \ue000一郎",
        "渡邊\U000e0108 一郎",
        "か\u3099 一郎",
        "試験\u200b 一郎",
        "寿限無" * 50 + " 一郎",
        "W" * 60,
    ],
)
async def test_names_that_would_come_out_otherwise_are_refused(
    asking: Asking, reception: Reception, name: str, options: Options
) -> None:
    visit = await reception.visitor(ICHIKAWA, Person(name=name))
    assert (await asking.prepare(visit, visit.order(options))).status == 403
