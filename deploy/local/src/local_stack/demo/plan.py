"""Who goes where in the demo: every place of the seed's table, both kinds, all municipalities."""

from dataclasses import dataclass

from madoguchi_wire.order import Kind

from local_stack.visits import Visit

ICHIKAWA, SHIBUYA, MITAKA = "122033", "131130", "132047"
RECORD, SEAL = Kind.RESIDENT_RECORD, Kind.SEAL_REGISTRATION

VISITS = (
    # 市内
    Visit("komorebi-ichikawa-yawata-1", ICHIKAWA, "resident-01", RECORD),
    Visit("ichikawa-city-hall-1", ICHIKAWA, "resident-02", SEAL),
    Visit("machikado-ichikawa-gyotoku-1", ICHIKAWA, "resident-03", RECORD, copies=3),
    Visit(
        "komorebi-ichikawa-yawata-2",
        ICHIKAWA,
        "large-household",
        RECORD,
        "all",
        relationship=True,
        honseki=True,
    ),
    # 千葉県
    Visit("komorebi-funabashi-1", ICHIKAWA, "resident-04", RECORD, "all", relationship=True),
    Visit("machikado-kashiwa-1", ICHIKAWA, "resident-05", SEAL, copies=2),
    # 東京都23区内
    Visit("machikado-chiyoda-1", ICHIKAWA, "resident-06", RECORD, honseki=True),
    Visit("machikado-setagaya-1", ICHIKAWA, "ordinary", RECORD, "two", relationship=True),
    Visit("komorebi-shibuya-1", ICHIKAWA, "ordinary-phone", SEAL),
    # 東京都23区外
    Visit("komorebi-mitaka-1", ICHIKAWA, "resident-07", RECORD),
    # 神奈川県, 埼玉県, その他府県
    Visit("komorebi-yokohama-1", ICHIKAWA, "resident-08", SEAL),
    Visit("machikado-omiya-1", ICHIKAWA, "resident-09", RECORD),
    Visit("komorebi-osaka-1", ICHIKAWA, "long-name", SEAL),
    # The other two municipalities, whose people go to the same stores
    Visit("komorebi-shibuya-1", SHIBUYA, "resident-01", RECORD, "all", relationship=True),
    Visit("machikado-chiyoda-1", SHIBUYA, "resident-02", SEAL),
    Visit("komorebi-yokohama-1", SHIBUYA, "foreign", RECORD),
    Visit("komorebi-mitaka-1", MITAKA, "resident-01", RECORD, honseki=True),
    Visit("machikado-chofu-1", MITAKA, "resident-02", SEAL),
    Visit("komorebi-osaka-1", MITAKA, "large-household", RECORD, "all", relationship=True),
)


@dataclass(frozen=True)
class Refusal:
    """A visit that must end with this problem, and without any charge."""

    visit: Visit
    problem: str
    """Slug of the problem."""
    why: str


REFUSALS = (
    Refusal(
        Visit("machikado-kashiwa-1", ICHIKAWA, "child", RECORD),
        "under-age",
        "under the age of 15",
    ),
    Refusal(
        Visit("machikado-kashiwa-1", ICHIKAWA, "moved-out", RECORD),
        "come-to-the-counter",
        "has moved out",
    ),
    Refusal(
        Visit("machikado-kashiwa-1", ICHIKAWA, "no-seal", SEAL),
        "no-seal-registered",
        "has registered no seal",
    ),
    Refusal(
        Visit("komorebi-mitaka-1", MITAKA, "revoked", RECORD),
        "card-certificate-revoked",
        "the card is revoked",
    ),
    Refusal(
        Visit("komorebi-shibuya-1", SHIBUYA, "on-hold", SEAL),
        "card-certificate-on-hold",
        "the card is on temporary hold",
    ),
    Refusal(
        Visit("machikado-urayasu-1", ICHIKAWA, "resident-10", RECORD),
        "terminal-suspended",
        "the terminal is suspended",
    ),
)
