"""`python -m loadtests.bench`: product against floor, alternating, into `var/bench/report.json`."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from local_stack.databases import PostgresServer
from local_stack.ports import free_port
from local_stack.postgres import choose_postgres
from local_stack.processes import ManagedProcess
from rich.console import Console
from rich.table import Table

from loadtests.bench.stage import GATEWAY, Stage, ordinary_morning

TERMINALS = 16
OUT = Path("var/bench")
_PYTHON = sys.executable


@dataclass(frozen=True)
class Run:
    """One measured run of one side."""

    side: str
    flows: int
    flows_per_s: float
    p50_ms: float
    p99_ms: float
    gateway_cpu_ms_per_flow: float


@dataclass
class Bench:
    """Both sides use the same PostgreSQL, canned adapter, driver and number of processes."""

    stage: Stage
    postgres: PostgresServer
    seconds: float
    adapter_port: int
    gateway_port: int

    @property
    def address(self) -> str:
        """Where the side under test listens."""
        return f"http://127.0.0.1:{self.gateway_port}"

    def run(self, side: str, number: int) -> Run:
        """Start the side on an empty database, drive it, stop it."""
        database = self.postgres.create_database(f"bench_{side}_{number}")
        server = self._product(database) if side == "product" else self._floor(database)
        with server:
            process = psutil.Process(server.pid)
            before = _cpu_s(process)
            summary = self._drive()
            spent = _cpu_s(process) - before
        # The warm-up's flows cost as much as the measured ones and are not in the count.
        flows = summary["flows"] * 1.2
        return Run(
            side,
            int(summary["flows"]),
            summary["flows_per_s"],
            summary["p50_ms"],
            summary["p99_ms"],
            spent * 1000 / flows,
        )

    def canned_adapter(self) -> ManagedProcess:
        """Return the adapter that both sides call."""
        return self._own("canned-adapter", self.adapter_port)

    def _product(self, database: str) -> ManagedProcess:
        folder, environment = self.stage.folder, self._environment(database)
        put = ["onboard", "put", str(folder / "configuration")]
        live = ["onboard", "go-live", "--all", "--by", "bench", "--why", "to be measured"]
        for command in (["gateway", "migrate"], ["madoguchi", *put], ["madoguchi", *live]):
            subprocess.run(  # noqa: S603 (our own command)
                [_PYTHON, "-m", *command],
                env=os.environ | environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        return ManagedProcess(
            "gateway",
            [_PYTHON, "-m", "gateway", "serve"],
            ready_url=f"{self.address}/readyz",
            log=OUT / "gateway.log",
            env=environment,
        )

    def _floor(self, database: str) -> ManagedProcess:
        adapter = f"http://127.0.0.1:{self.adapter_port}"
        return self._own("floor", self.gateway_port, "--database", database, "--adapter", adapter)

    def _own(self, what: str, port: int, *more: str) -> ManagedProcess:
        offset = str(self.stage.offset.total_seconds())
        argv = [_PYTHON, "-m", "loadtests.bench.processes", what, "--offset", offset]
        argv += ["--folder", str(self.stage.folder), "--port", str(port), *more]
        ready = f"http://127.0.0.1:{port}/readyz"
        return ManagedProcess(what, argv, ready_url=ready, log=OUT / f"{what}.log")

    def _environment(self, database: str) -> dict[str, str]:
        folder = self.stage.folder
        return {
            "MADOGUCHI_ENVIRONMENT": "development",
            "MADOGUCHI_CLOCK_OFFSET_SECONDS": str(self.stage.offset.total_seconds()),
            "GATEWAY_DATABASE_URL": database,
            "GATEWAY_NAME": GATEWAY,
            "GATEWAY_PORT": str(self.gateway_port),
            # The bench asks more of few terminals than any people could.
            "GATEWAY_TERMINAL_REQUESTS_A_MINUTE": "1000000000",
            "GATEWAY_SITE_REQUESTS_A_MINUTE": "1000000000",
            "GATEWAY_CHAIN_REQUESTS_A_MINUTE": "1000000000",
            "GATEWAY_TRUST_LIST": str(folder / "trust-list.jws"),
            "GATEWAY_TRUST_ROOT": str(folder / "trust-root.pem"),
            "GATEWAY_REQUEST_KEY": str(folder / "request.pem"),
            "GATEWAY_TOKEN_SECRET": str(folder / "token.secret"),
            "GATEWAY_CHALLENGE_SECRET": str(folder / "challenge.secret"),
            "GATEWAY_PSEUDONYM_SECRET": str(folder / "pseudonym.secret"),
            "GATEWAY_CARD_AUTHORITIES": str(folder / "card-authorities.yaml"),
            "GATEWAY_DRAIN_SECONDS": "0",
            "GATEWAY_LIVE_WITHOUT_REPORT": "true",
        }

    def _drive(self) -> dict[str, float]:
        argv = [_PYTHON, "-m", "loadtests.bench.driver", "--address", self.address]
        argv += ["--folder", str(self.stage.folder), "--terminals", str(self.stage.terminals)]
        argv += ["--offset", str(self.stage.offset.total_seconds())]
        argv += ["--seconds", str(self.seconds)]
        ended = subprocess.run(argv, check=True, stdout=subprocess.PIPE)  # noqa: S603 (as above)
        return json.loads(ended.stdout)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def report(runs: list[Run]) -> dict[str, object]:
    """Return medians and their ratio, with every run beside them."""

    def median(side: str, what: str) -> float:
        return round(statistics.median(getattr(run, what) for run in runs if run.side == side), 2)

    floor, product = median("floor", "flows_per_s"), median("product", "flows_per_s")
    figures = ("p50_ms", "p99_ms", "gateway_cpu_ms_per_flow")
    return {
        "floor_flows_per_s": floor,
        "product_flows_per_s": product,
        "ratio": round(product / floor, 3),
        "floor": {what: median("floor", what) for what in figures},
        "product": {what: median("product", what) for what in figures},
        "terminals": TERMINALS,
        "cores": os.cpu_count(),
        "runs": [asdict(run) for run in runs],
    }


def measure(bench: Bench, pairs: int, console: Console) -> list[Run]:
    """Alternate the sides; each pair begins with the other one."""
    runs: list[Run] = []
    for number in range(pairs):
        order = ("floor", "product") if number % 2 == 0 else ("product", "floor")
        for side in order:
            run = bench.run(side, number)
            runs.append(run)
            console.print(f"pair {number + 1}/{pairs}: {side} {run.flows_per_s:.1f} flows/s")
    return runs


def main() -> int:
    """Measure, print a table and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    chosen = parser.parse_args()
    console = Console()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    adapter_port, gateway_port = free_port(), free_port()
    stage = Stage((OUT / "stage").absolute(), ordinary_morning(), TERMINALS)
    stage.set_up(f"http://127.0.0.1:{adapter_port}", [f"http://127.0.0.1:{gateway_port}"])
    postgres = choose_postgres(OUT / "postgres")
    postgres.start()
    try:
        bench = Bench(stage, postgres, chosen.seconds, adapter_port, gateway_port)
        with bench.canned_adapter():
            found = report(measure(bench, chosen.pairs, console))
    finally:
        postgres.stop()
    (OUT / "report.json").write_text(json.dumps(found, indent=2) + "\n")
    table = Table("", "floor", "product", title="Complete flows on this machine")
    for what in ("flows_per_s",):
        table.add_row(what, str(found[f"floor_{what}"]), str(found[f"product_{what}"]))
    console.print(table)
    console.print(f"ratio product/floor: {found['ratio']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
