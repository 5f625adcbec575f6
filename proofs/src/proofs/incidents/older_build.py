"""An older build of the adapter, as it was before a fix: the same program without some checks.

A copy of the installed package, with one line more at its beginning. Its fingerprint is honest, and
another one than that of the build which the trust list allows.
"""

import importlib.util
import shutil
from pathlib import Path

PACKAGE = "municipal_adapter"


def make_older_build(folder: Path, lacks: tuple[str, ...]) -> Path:
    """Copy the adapter into a folder, without these checks.

    Returns:
        What PYTHONPATH has to begin with.

    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LookupError(f"{PACKAGE} is not installed")
    source, target = Path(spec.origin).parent, folder / PACKAGE
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    main = target / "__main__.py"
    names = ", ".join(repr(name) for name in lacks)
    before = (
        "from proofs.undefended.checks import patches_of\n"
        "from proofs.undefended.patching import patched\n"
        f'older = patched(patches_of([{names}], "adapter"))\n'
        "older.__enter__()\n\n"
    )
    head, main_line, tail = main.read_text("utf-8").partition("if __name__")
    main.write_text(head + before + main_line + tail, "utf-8")
    return folder
