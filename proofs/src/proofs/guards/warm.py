"""A process that has the libraries loaded, and starts one of its own kind for each run of tests.

Loading them takes longer than most tests. Nothing of ours may be loaded here: each run has to load
the code as it is in the copy at that moment, so this is a script by itself, and looks at the end
whether it is so. It is asked and answers in lines: arguments of pytest in, the process out, and
another line when that has ended.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import NoReturn

LIBRARIES = (
    "PIL.Image",
    "_pytest.assertion.rewrite",
    "aiohttp.web",
    "aiokafka",
    "alembic.command",
    "asyncpg",
    "cryptography.x509",
    "fastapi.openapi.utils",
    "fontTools.ttLib",
    "hypothesis.strategies",
    "jwt",
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.sdk.trace.export",
    "pikepdf",
    "prometheus_client",
    "psutil",
    "pydantic_settings",
    "pypdfium2",
    "pytest",
    "rfc3161_client",
    "rich.console",
    "sqlalchemy.ext.asyncio",
    "structlog",
    "typst",
    "uvicorn.protocols.http.httptools_impl",
    "yaml",
)
"""What takes long; a library that is not here is loaded by each run that needs it."""


def main() -> None:
    """Serve until the other end is closed."""
    for name in LIBRARIES:
        importlib.import_module(name)
    early = [name for name, module in sys.modules.items() if _is_ours(module)]
    if early:
        sys.exit(f"loaded before it was asked for: {', '.join(early)}")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(**json.loads(line))
        _say(str(child))
        os.waitpid(child, 0)
        _say("ended")


def _run(arguments: list[str], environment: dict[str, str], output: str) -> NoReturn:
    # A session of its own, so that whoever loses patience can end all that it started.
    os.setsid()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number, file in enumerate((nothing, written, written)):
        os.dup2(file, number)
    pytest = importlib.import_module("pytest")
    sys.exit(pytest.main(arguments))


def _is_ours(module: object) -> bool:
    file = getattr(module, "__file__", None)
    this = module is sys.modules["__main__"]
    return file is not None and not this and Path.cwd() in Path(file).parents


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
