"""Runs inside a child, between its start and the program that it becomes.

Called by path, with nothing but the standard library (see `child_argv`). Doing this here, and not
in a `preexec_fn`, is safe with threads in the parent; the pid stays the same, because the program
replaces this one. A process group alone would not do: nobody signals it when the parent is killed.
"""

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE = 1
LINUX_CAPABILITY_VERSION_3 = 0x20080522


def child_argv(
    program: Sequence[str], *, on_our_death: signal.Signals, user: str | None = None
) -> list[str]:
    """Return the command that starts `program` so that it does not outlive us.

    On Linux the child gets `on_our_death` when the *thread* that started it ends, so start children
    from a thread that lives as long as they should. Elsewhere a killed parent leaves its children.

    Args:
        program: the command and its arguments.
        on_our_death: the signal that the child gets.
        user: the account to become; needs root.
    """
    settings = [str(int(on_our_death)), str(os.getpid()), user or ""]
    return [sys.executable, "-I", "-S", __file__, *settings, *program]


def main() -> None:
    """Become the program named on the command line."""
    signal_on_death, parent, user, *program = sys.argv[1:]
    if user:
        _become(user)
    if sys.platform == "linux":
        _system_call("prctl", PR_SET_PDEATHSIG, int(signal_on_death), 0, 0, 0)
    if os.getppid() != int(parent):  # it died before we asked to be told
        sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - becoming another program is the purpose


def _become(user: str) -> None:
    """Give up root for `user`, keeping only the right to pass through closed folders.

    A clone in root's home or in a private temporary folder is closed to every other account;
    the kept right opens it to this one process, and no folder's mode has to change.
    """
    account = pwd.getpwnam(user)
    if sys.platform == "linux":
        _system_call("prctl", PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    if sys.platform == "linux":
        _keep_only(CAP_DAC_OVERRIDE)


def _keep_only(capability: int) -> None:
    mask = 1 << capability
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)  # effective, permitted, inheritable
    _system_call("capset", header, sets)
    _system_call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def _system_call(name: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        reason = os.strerror(ctypes.get_errno())
        sys.exit(f"{name}: {reason}. Run as an ordinary user, or set DATABASE_URL.")


if __name__ == "__main__":
    main()
