"""Every problem has a name of its own, a status, and words in both languages."""

import re

import pytest
from madoguchi_wire import errors
from madoguchi_wire.errors import MadoguchiError, all_errors

SLUG = re.compile(r"[a-z]+(-[a-z]+)*\Z")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def _tree(error: type[MadoguchiError] = MadoguchiError) -> list[type[MadoguchiError]]:
    below = [found for child in error.__subclasses__() for found in _tree(child)]
    return [error, *below]


EVERY = _tree()


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_an_error_has_a_slug_a_status_and_words_in_both_languages(
    error: type[MadoguchiError],
) -> None:
    assert "slug" in vars(error)
    assert SLUG.match(error.slug)
    assert 400 <= error.status <= 599
    assert error.__doc__
    for english in (error.title, error.advice):
        assert english
        assert not JAPANESE.search(english)
    for japanese in (error.title_ja, error.advice_ja):
        assert JAPANESE.search(japanese)


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_who_is_told_what_to_do_in_one_language_is_told_it_in_the_other(
    error: type[MadoguchiError],
) -> None:
    assert ("advice" in vars(error)) == ("advice_ja" in vars(error))
    assert ("title" in vars(error)) == ("title_ja" in vars(error))


def test_no_two_errors_share_a_slug() -> None:
    slugs = [error.slug for error in EVERY]
    assert len(set(slugs)) == len(slugs)
    assert list(all_errors()) == sorted(slugs)


def test_the_tree_can_be_imported_from_one_place() -> None:
    exported = {getattr(errors, name) for name in errors.__all__}
    ours = {error for error in EVERY if error.__module__.startswith("madoguchi_wire.errors")}
    assert ours <= exported


def test_without_words_of_its_own_an_error_says_its_advice() -> None:
    for error in EVERY:
        assert error().detail == str(error()) == error.advice
        assert error("Do this.").detail == "Do this."
