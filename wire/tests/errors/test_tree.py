"""The words of the tree of errors, beside what `test_errors` holds."""

import pytest
from madoguchi_wire.errors import MadoguchiError


def _tree(error: type[MadoguchiError] = MadoguchiError) -> list[type[MadoguchiError]]:
    return [error, *(found for child in error.__subclasses__() for found in _tree(child))]


@pytest.mark.parametrize("error", _tree(), ids=lambda error: error.__name__)
def test_who_is_told_what_to_do_in_one_language_is_told_it_in_the_other(
    error: type[MadoguchiError],
) -> None:
    assert ("advice" in vars(error)) == ("advice_ja" in vars(error))
    assert ("title" in vars(error)) == ("title_ja" in vars(error))
