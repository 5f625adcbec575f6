"""New keys and their enrolment come into use together, wherever the power goes."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from madoguchi_wire.enrolment import Enrolment, Placed
from madoguchi_wire.keys import SigningKey
from store_terminal_sim.terminal_folder import (
    ENROLMENT,
    STATEMENT_KEY,
    TOKEN_KEY,
    Delivered,
    enrol_delivered,
    load_identity,
    pending_folder,
)
from store_terminal_sim.testing.world import GATEWAY, REGISTRAR, ROOT, START, TERMINAL

DAY = timedelta(days=1)


def terminal(folder: Path) -> Enrolment:
    """Make a folder with keys and enrolment."""
    placed = Placed(terminal=TERMINAL, site="site-1", chain="chain-1")
    root = ROOT.private.public_key()
    delivered = Delivered(placed, GATEWAY, ["http://127.0.0.1:9"], "development", root)
    return enrol_delivered(folder, delivered, REGISTRAR, START - DAY, START + DAY)


@pytest.mark.parametrize("moved", range(4))
def test_new_keys_are_taken_up_whole_after_a_power_cut(tmp_path: Path, moved: int) -> None:
    folder, new = tmp_path / "terminal", tmp_path / "new"
    terminal(folder)
    enrolment = terminal(new)
    pending = pending_folder(folder)
    pending.mkdir()
    names = (STATEMENT_KEY, TOKEN_KEY, ENROLMENT)
    for name in names:
        shutil.copy(new / name, pending / name)
    for name in names[:moved]:  # as far as it came
        shutil.copy(new / name, folder / name)
    identity = load_identity(folder)
    assert identity.statement_key.public == enrolment.statement_key
    assert identity.token_key.public == enrolment.token_key
    known = Enrolment.verified(identity.enrolment, REGISTRAR.private.public_key())
    assert known == enrolment
    assert not pending.exists()
    assert {(folder / name).stat().st_mode & 0o077 for name in names[:2]} == {0}


def test_keys_that_nobody_enrolled_are_not_used(tmp_path: Path) -> None:
    enrolment = terminal(tmp_path / "terminal")
    pending = pending_folder(tmp_path / "terminal")
    pending.mkdir()
    SigningKey.generate().save(pending / STATEMENT_KEY)
    SigningKey.generate().save(pending / TOKEN_KEY)
    identity = load_identity(tmp_path / "terminal")
    assert identity.statement_key.public == enrolment.statement_key
    assert pending.exists()
