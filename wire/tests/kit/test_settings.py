"""Production runs on the real time."""

from datetime import UTC, datetime, timedelta

import pytest
from madoguchi_wire.kit.settings import CommonSettings
from pydantic import ValidationError

VARIABLES = ("MADOGUCHI_ENVIRONMENT", "MADOGUCHI_CLOCK_OFFSET_SECONDS")


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_without_a_word_it_is_production_with_the_real_time() -> None:
    settings = CommonSettings()
    assert settings.environment == "production"
    assert settings.clock_offset == timedelta(0)


@pytest.mark.parametrize("offset", ["3600", "-1", "0.001"])
def test_production_refuses_any_shifted_clock(offset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_CLOCK_OFFSET_SECONDS", offset)
    with pytest.raises(ValidationError, match="production refuses: unset"):
        CommonSettings()


def test_development_shifts_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "development")
    monkeypatch.setenv("MADOGUCHI_CLOCK_OFFSET_SECONDS", "-86400")
    ahead = CommonSettings().clock().now() - datetime.now(UTC)
    assert abs(ahead + timedelta(days=1)) < timedelta(seconds=5)


def test_another_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "staging")
    with pytest.raises(ValidationError):
        CommonSettings()
