"""`python -m proofs.incidents.vendor SETTINGS.json PORT`: serve until the process is ended."""

import importlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from municipal_adapter.certificates.content import Mayor, Office
from municipal_adapter.certificates.office_seal import office_seal
from municipal_adapter.synthetic import synthetic_records
from municipal_adapter_testing.vendor.town import VendorTown

from proofs.incidents.shiba import people_of_shiba
from proofs.incidents.vendor.press import Press
from proofs.incidents.vendor.program import Program, Workshop
from proofs.incidents.vendor.server import VendorHttpServer
from proofs.incidents.vendor.settings import VendorSettings
from proofs.incidents.vendor.strikes import Strikes


def main(settings_file: Path, port: int) -> None:
    """Serve."""
    settings = VendorSettings.model_validate_json(settings_file.read_bytes())
    town = _town(settings)
    press = Press(town, _office(settings.adapter_file), settings.font, settings.persons_a_page)
    module = importlib.import_module(f"proofs.incidents.vendor.programs.{settings.program}")
    program: Program = module.make(Workshop(press, settings.spool, settings.seed))
    VendorHttpServer(port, town, program, Strikes(settings.strikes)).serve_forever()


def _town(settings: VendorSettings) -> VendorTown:
    records = synthetic_records(
        settings.municipality, today=settings.today, households=settings.households
    )
    now = datetime.now(UTC) + timedelta(seconds=settings.clock_offset_seconds)
    return VendorTown(people_of_shiba(records) if settings.shiba else records, current_as_of=now)


def _office(adapter_file: Path) -> Office:
    """Return the office as the adapter knows it, so that honest papers hold."""
    file = yaml.safe_load(adapter_file.read_text("utf-8"))
    mayors = tuple(Mayor(one["title"], one["name"], one["since"]) for one in file["mayors"])
    return Office(file["name"], mayors, office_seal(f"{file['name']}長之印"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
