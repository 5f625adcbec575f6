"""What an adapter must do, requirement by requirement: docs/conformance.md is drawn from it.

An id never changes its meaning, and is never used again for another requirement.
"""

from madoguchi.conformance.requirements import of_answers, of_requests
from madoguchi.conformance.requirements.requirement import Requirement

TOPICS = of_requests.TOPICS | of_answers.TOPICS
REQUIREMENTS: dict[str, Requirement] = {
    one.id: one for requirements in TOPICS.values() for one in requirements
}


def as_markdown() -> str:
    """Return the tables of docs/conformance.md."""
    parts: list[str] = []
    for topic, requirements in TOPICS.items():
        rows = [f"| {one.id} | {one.must} | {one.source} |" for one in requirements]
        parts.append(
            "\n".join([f"### {topic}", "", "| id | the adapter | source |", "|---|---|---|", *rows])
        )
    return "\n\n".join(parts)
