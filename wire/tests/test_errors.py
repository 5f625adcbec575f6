"""The tree of errors: every problem type is told apart, in two languages, and comes back."""

import re

import pytest
from madoguchi_wire import errors
from madoguchi_wire.errors import MadoguchiError, SignatureRefused, all_errors
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.kit.problems import error_of, problem_of

JAPANESE = re.compile("[぀-ヿ一-鿿]")


def tree(root: type[MadoguchiError] = MadoguchiError) -> list[type[MadoguchiError]]:
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


TREE = sorted(set(tree()), key=lambda error: error.__name__)


def test_every_error_but_the_middle_of_the_tree_has_a_slug_of_its_own() -> None:
    own = [error for error in TREE if "slug" in vars(error)]
    assert {error.slug: error for error in own} == all_errors()
    assert len({error.slug for error in own}) == len(own)
    assert list(all_errors()) == sorted(all_errors())
    for error in set(TREE) - set(own):
        assert error.__subclasses__()


def test_the_tree_is_exported_whole() -> None:
    ours = {error.__name__ for error in TREE if error.__module__.startswith(errors.__name__)}
    functions = {"all_errors", "family"}
    assert ours == set(errors.__all__) - functions


@pytest.mark.parametrize("error", TREE, ids=lambda error: error.__name__)
def test_every_error_has_a_status_and_words_in_both_languages(error: type[MadoguchiError]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.slug)
    assert 400 <= error.status < 600
    for words in (error.title, error.advice):
        assert words
        assert not JAPANESE.search(words)
    for words in (error.title_ja, error.advice_ja):
        assert JAPANESE.search(words)
    assert (error.__doc__ or "").strip()


def test_titles_tell_problems_apart() -> None:
    own = all_errors().values()
    assert len({error.title for error in own}) == len(own)
    assert len({error.title_ja for error in own}) == len(own)


@pytest.mark.parametrize("error", all_errors().values(), ids=lambda error: error.slug)
def test_every_error_comes_back_from_its_problem(error: type[MadoguchiError]) -> None:
    problem = problem_of(error("Some words."), trace="0" * 32)
    assert problem.type == f"/problems/{error.slug}"
    assert (problem.status, problem.retryable) == (error.status, error.retryable)
    assert problem.charged is False
    document = problem.model_dump(mode="json")
    found = error_of(document)
    assert (type(found), str(found)) == (error, "Some words.")
    assert Problem.model_validate(document) == problem


@pytest.mark.parametrize(
    "document", [None, 1, "x", [], {}, {"type": "/problems/signature-refused"}]
)
def test_what_is_no_problem_is_no_error(document: object) -> None:
    assert error_of(document) is None


def test_a_problem_of_a_type_that_we_do_not_know_is_no_error() -> None:
    document = problem_of(SignatureRefused()).model_dump(mode="json")
    for other in ("about:blank", "/problems/", "signature-refused/", "/problems/unheard-of"):
        assert error_of(document | {"type": other}) is None


def test_an_error_without_words_of_its_own_gives_advice() -> None:
    assert SignatureRefused().detail == SignatureRefused.advice
    assert str(SignatureRefused("Own words.")) == "Own words."
