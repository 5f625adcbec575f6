"""What the faults and the states of the soak's tables mean, for who did not build them."""

_PIECES = "pieces of traffic held, late or lost, requests without an answer"
KINDS = {
    "kill": (
        "`kill -9` of a gateway, adapter, relay or PostgreSQL",
        "requests that it left without an answer; of the relay, events that waited",
    ),
    "cut": ("connections cut", "requests that were under way on them"),
    "hold": ("connections silent for 2 s", _PIECES),
    "slow": ("connections slow", _PIECES),
    "answers lost": ("requests arrive, answers are lost", _PIECES),
    "late": ("answers of an adapter come after the deadline", "issuances that expired"),
    "mixed up": ("two answers of an adapter change places", "issuances in quarantine"),
    "power": ("power cut at terminals", "terminals that lost it in mid-sale"),
    "away": ("terminals dark for longer than reports may take", "issuances in doubt"),
    "not mine": ("a cardholder says: this paper is not mine", "reports of it"),
    "stop": ("a named person stops a municipality", "issuances that it met on their way"),
    "clock": ("clock of a gateway 5 s off", "requests that reached it all the same"),
    "disk": ("disk of the relay full", "events that it could not write"),
}
"""Each kind of fault: what was done, and what it is counted by."""

STATES = {
    "completed": "the paper came out, the fee was kept<br>交付済み：紙が出て手数料を収受",
    "refused": (
        "no paper was made: the municipality was stopped or paused after errors, or could not be "
        "reached<br>拒否：停止中・障害後の休止中・接続不能のため作成せず"
    ),
    "prepared": (
        "made and sealed, and no terminal fetched it (its power or connection failed before, for "
        "example): nothing came out, no fee. It expires ten minutes after it was made; the run "
        "ended before<br>作成済み・未受領：停電や回線断などで端末が受け取らず。紙も課金もなし。"
        "作成から10分で失効するが、その前に実行が終了"
    ),
    "expired": (
        "its time was over before it was prepared or fetched: nothing came out, no fee<br>"
        "失効：作成または受領の期限切れ。紙も課金もなし"
    ),
    "voided": (
        "it had left for the terminal and did not become a valid paper: by the terminal's report "
        "or by a named person<br>無効：端末へ送信後、端末の報告または担当者の判断で無効化"
    ),
    "in_doubt": "no report came, a named person decides<br>報告待ち：担当者が判断",
    "quarantined": "a mismatch, a named person decides<br>隔離：不一致のため担当者が判断",
}
"""Each state at the end of a run, in English and in Japanese."""
