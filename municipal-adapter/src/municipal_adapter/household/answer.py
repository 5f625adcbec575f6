"""The answer to a household request: choices for the terminal's screen, sealed to the session."""
