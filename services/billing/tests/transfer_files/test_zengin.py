"""A transfer file has the banks' 120 bytes a record, and its sums are those of its payments."""

from datetime import date

import pytest
from billing.transfer_files.transfer import Payment
from billing.transfer_files.zengin import NotTransferable, records, transfer_file
from billing_testing.contracts import sample_contracts
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.bank_text import NotForBanks

CONTRACTS = sample_contracts()
CENTRE = CONTRACTS.centre
ACCOUNTS = [
    *(one.account for one in CONTRACTS.municipalities.values()),
    *(one.account for one in CONTRACTS.chains.values()),
]
DAY = date(2010, 5, 10)

PAYMENTS = st.lists(
    st.builds(
        Payment,
        st.sampled_from(ACCOUNTS),
        st.integers(1, 10**10 - 1),
        st.from_regex(r"\A[0-9]{0,20}\Z").map(lambda digits: digits or "0"),
    ),
    min_size=1,
    max_size=20,
)


@given(PAYMENTS)
def test_every_payment_can_be_read_back_at_the_places_of_the_format(
    payments: list[Payment],
) -> None:
    file = transfer_file(CENTRE, payments, DAY)
    header, *paid, trailer, end = records(file)
    assert len(file) == 120 * (len(payments) + 3)
    assert b"\n" not in file
    assert (header[0], header[1:3], header[3], header[4:14]) == ("1", "21", "0", CENTRE.originator)
    assert (header[54:58], header[58:62], header[77:80]) == ("0510", "0009", "200")
    assert (header[95], header[96:103]) == ("1", "1234567")
    for record, payment in zip(paid, payments, strict=True):
        account = payment.account
        assert (record[0], record[1:5], record[20:23]) == ("2", account.bank, account.branch)
        assert record[43:50] == account.number
        assert int(record[80:90]) == payment.yen
        assert int(record[91:111]) == int(payment.reference)
    assert (trailer[0], int(trailer[1:7])) == ("8", len(payments))
    assert int(trailer[7:19]) == sum(payment.yen for payment in payments)
    assert end == "9" + " " * 119


@pytest.mark.parametrize("yen", [0, -1, 10**10])
def test_a_payment_that_the_format_cannot_hold_is_refused(yen: int) -> None:
    with pytest.raises(NotTransferable, match="payment 2"):
        transfer_file(CENTRE, [Payment(ACCOUNTS[0], 1, "1"), Payment(ACCOUNTS[1], yen, "1")], DAY)


def test_sums_beyond_twelve_digits_and_files_of_nothing_are_refused() -> None:
    with pytest.raises(NotTransferable, match="together"):
        transfer_file(CENTRE, [Payment(ACCOUNTS[0], 10**10 - 1, "1")] * 101, DAY)
    with pytest.raises(NotTransferable, match="1 to 999,999"):
        transfer_file(CENTRE, [], DAY)


@pytest.mark.parametrize("reference", ["", "12a", "１", "1" * 21, "-1"])
def test_a_reference_is_up_to_twenty_digits(reference: str) -> None:
    with pytest.raises(NotTransferable):
        transfer_file(CENTRE, [Payment(ACCOUNTS[0], 1, reference)], DAY)


def test_a_name_that_banks_do_not_take_is_refused() -> None:
    account = ACCOUNTS[0].model_copy(update={"holder": "市川市"})
    with pytest.raises(NotForBanks):
        transfer_file(CENTRE, [Payment(account, 1, "1")], DAY)


def test_a_cut_file_is_no_file() -> None:
    file = transfer_file(CENTRE, [Payment(ACCOUNTS[0], 1, "1")], DAY)
    with pytest.raises(NotTransferable, match="whole records"):
        list(records(file[:-1]))
