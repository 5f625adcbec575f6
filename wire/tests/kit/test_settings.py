"""Production runs on the real time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from madoguchi_wire.kit.clock_file import move_clock_file
from madoguchi_wire.kit.settings import CommonSettings
from pydantic import ValidationError

VARIABLES = (
    "MADOGUCHI_ENVIRONMENT",
    "MADOGUCHI_CLOCK_OFFSET_SECONDS",
    "MADOGUCHI_CLOCK_FILE",
)


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


def test_production_refuses_a_clock_that_a_file_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_clock_file(tmp_path / "clock", timedelta(0))
    monkeypatch.setenv("MADOGUCHI_CLOCK_FILE", str(tmp_path / "clock"))
    with pytest.raises(ValidationError, match="production refuses: unset"):
        CommonSettings()


def test_a_clock_is_shifted_by_one_of_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "development")
    monkeypatch.setenv("MADOGUCHI_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("MADOGUCHI_CLOCK_OFFSET_SECONDS", "60")
    with pytest.raises(ValidationError, match="set one of them"):
        CommonSettings()


def test_another_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "staging")
    with pytest.raises(ValidationError):
        CommonSettings()
