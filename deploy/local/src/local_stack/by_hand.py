"""Commands that `make up` prints, to be pasted into a shell; environments are written to files."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from shlex import quote

from billing.rules.periods import Period
from madoguchi_wire.clock import JAPAN, japan_day

from local_stack import services
from local_stack.folders import VAR
from local_stack.installation.facts import GATEWAY_NAME
from local_stack.system import LocalSystem

_MORNING = time(9, 0, tzinfo=JAPAN)
_BY = '--by "$(id -un)" --why "a first look"'


def issue_command(system: LocalSystem) -> str:
    """Return how to issue a certificate."""
    layout = system.installation.layout
    words = [
        " ".join(f"{name}={value}" for name, value in _at(_offset(system)).items()),
        f"{sys.executable} -m store_terminal_sim issue",
        f"--terminal {layout.terminal('komorebi-ichikawa-yawata-1')}",
        f"--card {layout.card('122033', 'resident-01')}",
        "--municipality 122033 --kind resident_record --household all --relationship",
        f"--out {VAR / 'by-hand'}",
    ]
    return " \\\n  ".join(words)


def probe_commands(system: LocalSystem) -> str:
    """Return how to probe an adapter with test papers, as before a municipality goes live."""
    layout, facts = system.installation.layout, system.installation.facts
    values = _at(_offset(system)) | {
        "GATEWAY_DATABASE_URL": facts.gateway_database,
        "GATEWAY_NAME": GATEWAY_NAME,
        "GATEWAY_TRUST_LIST": str(layout.trust_list),
        "GATEWAY_TRUST_ROOT": str(layout.trust_root),
    }
    onboard = f"{sys.executable} -m madoguchi onboard"
    of_test = (
        f"--terminal {layout.terminal('centre-test-1')} --card {layout.card('122033', 'test')}"
    )
    return "\n".join(
        [
            _taken_from(layout.folder / "onboard.env", values),
            f"{onboard} probe 122033 {of_test} {_BY}",
            f"{onboard} report 122033",
            f"{onboard} list",
        ]
    )


def enrol_commands(system: LocalSystem) -> str:
    """Return how to run a registrar, and how a terminal gets new keys by a one-time code."""
    layout, facts = system.installation.layout, system.installation.facts
    values = _at(_offset(system)) | {
        "GATEWAY_DATABASE_URL": facts.gateway_database,
        "GATEWAY_NAME": GATEWAY_NAME,
    }
    terminal, secret = "komorebi-osaka-1", f"--secret {layout.codes_secret}"
    enrol = f"{sys.executable} -m store_terminal_sim enrol"
    registrar = (
        f"--key {layout.enrolment_key} {secret} --list {layout.withdrawn}"
        f" --trust-list {layout.trust_list} --trust-root {layout.trust_root}"
    )
    terminals = f"{sys.executable} -m madoguchi terminals"
    return "\n".join(
        [
            _taken_from(layout.folder / "registrar.env", values),
            f"{terminals} registrar {registrar} &",
            f"{terminals} code {terminal} {secret} {_BY}",
            f"{enrol} --terminal {layout.terminal(terminal)} --code CODE",
            f"{terminals} lost {terminal} {_BY}",
            f"{terminals} list",
        ]
    )


def verify_command(system: LocalSystem) -> str:
    """Return how to use the archive's commands."""
    installation = system.installation
    values = _at(_offset(system)) | services.audit_environment(installation)
    lines = [
        _taken_from(installation.layout.folder / "audit.env", values),
        f"{sys.executable} -m audit verify {_BY}",
    ]
    if "audit" not in system.processes:
        lines.insert(1, f"{sys.executable} -m audit import {installation.layout.audit_file}")
    return "\n".join(lines)


def bill_commands(system: LocalSystem) -> str:
    """Return how to close and state this month, as on the first morning after it.

    A month is closed when it is over, and here it never is: so the commands have a clock that is
    ahead of all others.
    """
    installation = system.installation
    month = Period.month_of(japan_day(system.clock.now()))
    after = datetime.combine(month.next_month.first_day, _MORNING) - datetime.now(UTC)
    values = _at(after) | services.billing_environment(installation)
    folder, number = installation.layout.folder, f"{month}-M-122033"
    billing = f"{sys.executable} -m billing"
    return "\n".join(
        [
            _taken_from(folder / "billing.env", values),
            f"{billing} close month {month} {_BY}",
            f"{billing} make-statements {month} {_BY}",
            f"{billing} write-statement {number} --out {folder / number}.pdf {_BY}",
        ]
    )


def _offset(system: LocalSystem) -> timedelta:
    return timedelta(seconds=system.installation.facts.clock_offset_seconds)


def _at(offset: timedelta) -> dict[str, str]:
    return {
        "MADOGUCHI_ENVIRONMENT": "development",
        "MADOGUCHI_CLOCK_OFFSET_SECONDS": repr(offset.total_seconds()),
    }


def _taken_from(file: Path, values: Mapping[str, str]) -> str:
    """Write an environment; return how a shell takes it."""
    file.write_text("".join(f"{name}={quote(value)}\n" for name, value in values.items()), "utf-8")
    return f"set -a; . {file}; set +a"
