"""A municipality to judge by: Ichikawa as in February 2010, with a second tariff."""

from typing import Any

import pytest
from gateway.municipalities.rules.configuration import MunicipalityFile


@pytest.fixture(scope="session")
def ichikawa_values() -> dict[str, Any]:
    return {
        "code": "122033",
        "name": {"ja": "市川市", "kana": "いちかわし", "en": "Ichikawa City"},
        "adapters": ["http://127.0.0.1:9"],
        "offers": {
            "resident_record": {
                "opens": "06:30",
                "closes": "23:00",
                "members": True,
                "relationship": True,
                "honseki": True,
                "maximum_copies": 5,
            },
            "seal_registration": {"opens": "08:30", "closes": "17:15", "maximum_copies": 2},
        },
        "closed": ["12-29", "12-30", "12-31", "01-01", "01-02", "01-03"],
        "tariffs": [
            {
                "version": "2010-02",
                "from": "2010-02-02",
                "prices": {"resident_record": 250, "seal_registration": 250},
            },
            {
                "version": "2011-04",
                "from": "2011-04-01",
                "prices": {"resident_record": 300, "seal_registration": 0},
            },
        ],
        "places": [
            {"label": "市内", "municipalities": ["122033"]},
            {"label": "千葉県", "prefectures": ["12"]},
            {"label": "東京都23区内", "municipality_range": ["131016", "131237"]},
            {"label": "東京都23区外", "prefectures": ["13"]},
            {"label": "神奈川県", "prefectures": ["14"]},
            {"label": "埼玉県", "prefectures": ["11"]},
            {"label": "その他府県"},
        ],
    }


@pytest.fixture(scope="session")
def ichikawa(ichikawa_values: dict[str, Any]) -> MunicipalityFile:
    return MunicipalityFile.model_validate(ichikawa_values)
