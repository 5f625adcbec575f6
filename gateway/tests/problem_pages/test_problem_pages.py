"""Every problem's `type` leads to a page that says what it means, in both languages."""

import aiohttp
from madoguchi_wire.errors import all_errors


async def test_every_problem_type_has_its_page(gateway_address: str) -> None:
    async with aiohttp.ClientSession(gateway_address) as http:
        async with http.get("/problems") as answer:
            listed = await answer.text()
        for slug, error in all_errors().items():
            assert f"/problems/{slug}" in listed
            async with http.get(f"/problems/{slug}") as answer:
                page = await answer.text()
                assert (answer.status, answer.content_type) == (200, "text/html")
            assert error.title_ja in page
            assert error.advice_ja in page


async def test_an_unknown_problem_type_is_a_problem_itself(gateway_address: str) -> None:
    async with (
        aiohttp.ClientSession(gateway_address) as http,
        http.get("/problems/%3Cscript%3E") as answer,
    ):
        assert (answer.status, answer.content_type) == (404, "application/problem+json")
