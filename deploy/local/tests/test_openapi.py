from local_stack.openapi import descriptions


def test_committed_descriptions_are_what_the_programs_tell() -> None:
    made = descriptions()
    assert sorted(made.texts) == ["adapter.json", "gateway.json", "relay.json", "stamper.json"]
    assert made.stale() == []
