"""A record that reads like a part of the form is refused for its person, and is no mix-up."""

from dataclasses import replace

import pytest
from municipal_adapter.certificates.render import Renderer
from municipal_adapter.certificates.unprintable import ConfusingText
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import seal_registration


@pytest.mark.parametrize(
    "address",
    ["フリガナ町一丁目", "氏名町二丁目", "荘 0b1f6e0a-52c1-4c00 号室", "\U000e0100市川市"],
)
def test_it_is_refused_before_anything_is_drawn(address: str) -> None:
    content = replace(seal_registration(Case.ORDINARY), address=address)
    with pytest.raises(ConfusingText):
        Renderer().prepared(content)
