"""Names as callers may spell them: what no name can be is refused and not looked for."""

from typing import Annotated

from pydantic import StringConstraints

TerminalName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
BuildName = Annotated[str, StringConstraints(pattern=r"^[!-~][ -~]{0,199}$")]
