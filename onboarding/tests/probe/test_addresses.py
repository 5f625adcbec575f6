"""What a name means is asked when an adapter is probed: a file cannot tell."""

import pytest
from madoguchi.conformance.verdicts import Failed
from madoguchi.probe.addresses import check_address, fault_of_found


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.0.1.1", "::1", "169.254.169.254", "fe80::1", "fd00:ec2::254", "0.0.0.0"],
)
def test_a_name_that_means_this_machine_or_a_clouds_metadata_is_refused(address: str) -> None:
    assert fault_of_found(["10.1.2.3", address]) is not None


def test_private_and_public_addresses_are_an_adapters() -> None:
    assert fault_of_found(["10.1.2.3", "203.0.113.5", "2001:db8::1"]) is None


async def test_a_name_that_nobody_knows_falls_short_and_a_number_needs_no_name() -> None:
    with pytest.raises(Failed, match="a name that this machine finds"):
        await check_address("https://adapter.invalid", development=False)
    with pytest.raises(Failed):
        await check_address("https://127.0.0.1", development=False)
    assert await check_address("https://203.0.113.5", development=False) == ""
