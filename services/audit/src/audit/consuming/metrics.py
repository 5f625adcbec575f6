"""What the archive counts, in the text format of Prometheus."""

from dataclasses import dataclass, field

from audit.archive.batch import Counts

_HELP = {
    "audit_events_total": "Events archived by this process.",
    "audit_events_repeated_total": "Events that came again and were archived already.",
    "audit_stamps_total": "Stamp records archived by this process.",
    "audit_offsets_skipped_total": "Messages that the broker had removed before they were read.",
    "audit_dead_letters_total": "Messages set aside by this process, by reason.",
}


@dataclass
class Metrics:
    """Counted since this process started."""

    counts: Counts = field(default_factory=Counts)
    skipped: int = 0

    def text(self) -> str:
        """Return the counts as Prometheus reads them."""
        values = {
            "audit_events_total": [("", self.counts.events)],
            "audit_events_repeated_total": [("", self.counts.repeated)],
            "audit_stamps_total": [("", self.counts.stamps)],
            "audit_offsets_skipped_total": [("", self.skipped)],
            "audit_dead_letters_total": [
                (f'{{reason="{reason}"}}', count)
                for reason, count in sorted(self.counts.dead.items())
            ],
        }
        lines: list[str] = []
        for name, told in values.items():
            lines += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} counter"]
            lines += [f"{name}{labels} {count}" for labels, count in told]
        return "\n".join(lines) + "\n"
