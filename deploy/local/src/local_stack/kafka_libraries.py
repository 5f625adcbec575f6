"""Apache Kafka's own artifacts and the Java that runs them: found, fetched, or asked for."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from local_stack.folders import ROOT, VAR

POM = ROOT / "deploy" / "kafka" / "pom.xml"
LIBRARIES = VAR / "kafka" / "libs"
NEEDED_JAVA = 17
FETCH_S = 900
_INSTALL = (
    "install a JDK, 17 or newer, and Maven (Debian: apt install openjdk-17-jdk-headless maven), or"
    " set KAFKA_BOOTSTRAP_SERVERS to use another Kafka"
)


class KafkaNotStarted(Exception):
    """Kafka could not start; the text says why and what to do."""


def java() -> str:
    """Return the path of a Java that Kafka runs on.

    Raises:
        KafkaNotStarted: there is none, or it is too old.

    """
    home = os.environ.get("JAVA_HOME")
    program = shutil.which(f"{home}/bin/java" if home else "java")
    if program is None:
        raise KafkaNotStarted(f"Kafka needs Java, and there is none: {_INSTALL}")
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', told.stderr)
    if found is None or int(found[1]) < NEEDED_JAVA:
        version = found[1] if found else "of an unknown version"
        raise KafkaNotStarted(f"Kafka needs Java {NEEDED_JAVA}, and this is {version}: {_INSTALL}")
    return program


def libraries(told: Callable[[str], None] = lambda _step: None) -> Path:
    """Return the folder of Kafka's libraries, fetched with Maven unless they are there.

    Raises:
        KafkaNotStarted: Maven is not there, or could not fetch them.

    """
    LIBRARIES.parent.mkdir(parents=True, exist_ok=True)
    with (LIBRARIES.parent / "libs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _are_of_this_pom():
            told("Kafka's libraries, fetched with Maven (once, about 60 MB)")
            _fetch()
    return LIBRARIES


def keep_archive(made: Path | None) -> None:
    """Keep a class archive that a broker left at its end, for the starts to come."""
    if made is not None and made.exists():
        beside = LIBRARIES / f"{made.name}.{os.getpid()}"
        shutil.copy(made, beside)
        beside.rename(LIBRARIES / made.name)
        made.unlink()


def _are_of_this_pom() -> bool:
    fetched = LIBRARIES / POM.name
    return fetched.exists() and fetched.read_bytes() == POM.read_bytes()


def _fetch() -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaNotStarted(f"Kafka is fetched with Maven, and there is none: {_INSTALL}")
    unfinished = LIBRARIES.with_name("libs.unfinished")
    for folder in (unfinished, LIBRARIES):
        shutil.rmtree(folder, ignore_errors=True)
    command = [maven, "--batch-mode", "--quiet", "--file", str(POM), "dependency:copy-dependencies"]
    options = [f"-DoutputDirectory={unfinished}", "-DincludeScope=runtime"]
    try:
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, check=False, timeout=FETCH_S
        )
    except subprocess.TimeoutExpired as error:
        raise KafkaNotStarted(f"Maven did not fetch Kafka within {FETCH_S} s") from error
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-10:])
        raise KafkaNotStarted(f"Maven could not fetch Kafka:\n{said}")
    # Last, so that a folder with the pom in it is whole.
    shutil.copy(POM, unfinished)
    unfinished.rename(LIBRARIES)
