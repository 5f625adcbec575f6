from local_stack.openapi import descriptions


def test_committed_descriptions_are_what_the_programs_tell() -> None:
    made = descriptions()
    services = ["adapter", "audit", "billing", "gateway", "relay", "stamper"]
    assert sorted(made.texts) == [f"{name}.json" for name in services]
    assert made.stale() == []
