"""Runs the stand-in with the fictitious people of Ichikawa: `python -m … 9400`, until Ctrl-C."""

import asyncio
import sys
from datetime import date

from municipal_adapter.certificates.content import Mayor, Office
from municipal_adapter.synthetic import synthetic_records

from municipal_adapter_testing.vendor.server import VendorServer
from municipal_adapter_testing.vendor.town import VendorTown


async def main(port: int) -> None:
    """Serve on a port of loopback."""
    mayors = (Mayor("市川市長", "見本 太郎", date(2010, 1, 1)),)
    office = Office("市川市", mayors)
    async with VendorServer(VendorTown(synthetic_records("122033")), office).running(
        port
    ) as server:
        sys.stdout.write(f"serving on {server.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit(0)
