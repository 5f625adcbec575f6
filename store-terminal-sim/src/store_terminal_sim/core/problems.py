"""How the terminal's business with the gateway can fail."""

from madoguchi_wire.gateway_api import Problem


class TerminalError(Exception):
    """The root of what ends a session early. Nothing is charged."""


class GatewayRefused(TerminalError):
    """The gateway answered with a problem document."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.title}. {problem.detail}")

    @property
    def slug(self) -> str:
        """The last part of the problem's type."""
        return self.problem.type.rsplit("/", 1)[-1]


class GatewaySilent(TerminalError):
    """No gateway answered until the deadline, or not with anything that can be understood."""


class NotOffered(TerminalError):
    """The menu does not offer this kind of certificate."""


class TrayNotCleared(TerminalError):
    """Somebody must look into the tray before the next customer."""


class DocumentRejected(TerminalError):
    """The attestation or the document does not hold; the text names the check, never a value."""


class NotPrintedHere(TerminalError):
    """An issuance is named whose paper did not come out of this terminal."""
