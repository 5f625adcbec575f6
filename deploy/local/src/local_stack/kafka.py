"""A real Kafka of one node (KRaft) on 127.0.0.1, from Apache's own artifacts."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from local_stack.child import child_argv
from local_stack.kafka_cluster import KafkaCluster, Topic, audit_topics
from local_stack.kafka_libraries import KafkaNotStarted, java, keep_archive, libraries
from local_stack.ports import free_port
from local_stack.processes import last_lines

START_S = 90
STOP_S = 60
POLL_S = 0.05
_SMALL = ["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
_NOBODY_LISTENS = 0.5


class LocalKafka(KafkaCluster):
    """A broker that lives as long as this process and keeps its data for the next.

    Anybody on this machine may connect: it holds events of synthetic records only.

    Args:
        folder: of data, configuration and log; made if it is not there.
        topics: made at each start unless they are there.
        configuration: more properties of the broker, as Kafka names them.
        told: hears what is being done.
    """

    def __init__(
        self,
        folder: Path,
        *,
        topics: Sequence[Topic] | None = None,
        configuration: dict[str, str] | None = None,
        told: Callable[[str], None] = lambda _step: None,
    ) -> None:
        self.folder = folder.absolute()
        self.port, self._controller = free_port(), free_port()
        self._topics = audit_topics() if topics is None else tuple(topics)
        self._configuration = configuration or {}
        self._told = told
        self._child: subprocess.Popen[bytes] | None = None
        self._new_archive: Path | None = None
        super().__init__(f"127.0.0.1:{self.port}")

    @property
    def pid(self) -> int:
        """The broker's process id; raises KafkaNotStarted if it was never started."""
        if self._child is None:
            raise KafkaNotStarted("Kafka was not started")
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the broker is alive now."""
        return self._child is not None and self._child.poll() is None

    @property
    def log(self) -> Path:
        """The file of what the broker says."""
        return self.folder / "log"

    @property
    def data(self) -> Path:
        """The folder of the broker's segments."""
        return self.folder / "data"

    def start(self) -> str:
        """Start unless it runs, make the topics, and return its address.

        Raises:
            KafkaNotStarted: there is no Java or Maven, or the broker ended; the text says more.

        """
        if self.running:
            return self.servers
        self.folder.mkdir(parents=True, exist_ok=True)
        found = libraries(self._told)
        # Classes that are read from such an archive halve the time that a start takes.
        archive = found / "kafka.jsa"
        self._new_archive = None if archive.exists() else self.folder / archive.name
        shared = [] if self._new_archive else [f"-XX:SharedArchiveFile={archive}"]
        made = [f"-XX:ArchiveClassesAtExit={self._new_archive}"] if self._new_archive else []
        program = [java(), *shared, *_SMALL, "-Dlog4j2.level=WARN", "-cp", f"{found}/*"]
        self._write_properties()
        if not (self.data / "meta.properties").exists():
            self._format(program)
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                child_argv(
                    [program[0], *made, *program[1:], "kafka.Kafka", str(self._properties)],
                    on_our_death=signal.SIGKILL,
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready()
        self.create_topics(*self._topics)
        return self.servers

    def stop(self) -> None:
        """Stop cleanly, or after a while at once; start() works again afterwards."""
        if self._child is not None:
            self._child.terminate()
            try:
                self._child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
            keep_archive(self._new_archive)

    def kill(self) -> None:
        """End it at once (SIGKILL), as a crash would; start() recovers it on the same port."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def restart(self) -> None:
        """Stop it if it lives, and start it again on the same port."""
        self.stop()
        self.start()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_S
        while self.running and time.monotonic() < deadline:
            with (
                suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), _NOBODY_LISTENS),
            ):
                return
            time.sleep(POLL_S)
        self.kill()
        raise KafkaNotStarted(self._with_log("Kafka did not start"))

    def _format(self, program: list[str]) -> None:
        tool = ["kafka.tools.StorageTool", "format", "--cluster-id", uuid4().hex[:22]]
        command = [*program, *tool, "--config", str(self._properties)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise KafkaNotStarted(f"Kafka's folder was not formatted:\n{done.stdout}{done.stderr}")

    def _write_properties(self) -> None:
        node = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},"
            f"CONTROLLER://127.0.0.1:{self._controller}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.data),
            # A topic whose name is mistyped must not come into being.
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "1",
            "group.initial.rebalance.delay.ms": "0",
        }
        lines = [f"{key}={value}" for key, value in (node | self._configuration).items()]
        self._properties.write_text("\n".join(lines) + "\n", "utf-8")

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _with_log(self, what: str) -> str:
        return f"{what}; the end of {self.log}:\n{last_lines(self.log)}"


def choose_kafka(folder: Path, told: Callable[[str], None] = lambda _step: None) -> KafkaCluster:
    """Return the cluster that `KAFKA_BOOTSTRAP_SERVERS` names, or else one of our own."""
    servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    return KafkaCluster(servers) if servers else LocalKafka(folder, told=told)
