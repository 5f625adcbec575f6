"""What an adapter must do, requirement by requirement: docs/conformance.md is drawn from it.

An id never changes its meaning, and is never used again for another requirement.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Requirement:
    """One thing that an adapter must do."""

    id: str
    must: str
    """In a sentence that begins behind "The adapter"."""
    source: str
    """Where it comes from: design, domain or a decision."""
    mend: str
    """What to do if it does not."""


TOPICS: dict[str, tuple[Requirement, ...]] = {
    "Address and form": (
        Requirement(
            "AD-01",
            "hands out a beacon of the present minute, the same from each replica",
            "design §2",
            "Derive the beacon from a key that all replicas share and from the minute; `good_until`"
            " is the end of that minute.",
        ),
        Requirement(
            "AD-02",
            "answers 404 `municipality-unknown` for a municipality that it does not serve",
            "design §5",
            "Look the code of the path up before anything else.",
        ),
        Requirement(
            "AD-03",
            "answers every refusal with a problem document of the type that is described",
            "decision 0009",
            "Send application/problem+json with type `/problems/SLUG`, title, title_ja, status,"
            " detail, detail_ja, retryable; the status is the one of its type.",
        ),
        Requirement(
            "AD-04",
            "refuses a body that is not JSON with one meaning (`malformed-request`)",
            "decision 0022",
            "Refuse what is not UTF-8, not JSON, or has a name twice in one object.",
        ),
        Requirement(
            "AD-05",
            "refuses fields that are not described (`invalid-fields`)",
            "decision 0022",
            "Read bodies by a closed schema: `additionalProperties: false`.",
        ),
        Requirement(
            "AD-06",
            "refuses a body of another media type (`unsupported-media-type`)",
            "decision 0022",
            "Look at Content-Type before the body is read.",
        ),
        Requirement(
            "AD-07",
            "refuses a body of more than 128 KiB (`body-too-large`)",
            "decision 0022",
            "Count bytes while reading, and stop; do not read the body whole first.",
        ),
    ),
    "The gateway's request": (
        Requirement(
            "AD-10",
            "refuses a request that the gateway's key did not sign (`signature-refused`)",
            "design §2",
            "Verify the JWS (ES256) with the key that the trust list holds under its kid.",
        ),
        Requirement(
            "AD-11",
            "refuses a request signed by a trusted key of another purpose or owner",
            "design §2",
            "Take only a key of the purpose `gateway-request` whose owner is your gateway.",
        ),
        Requirement(
            "AD-12",
            "refuses a request for another municipality or issuance than its path names",
            "design §2",
            "Compare both with the path before anything is done.",
        ),
        Requirement(
            "AD-13",
            "refuses a request older than a minute, or from the future",
            "decision 0011",
            "Accept `requested_at` from 60 s ago to 30 s ahead of your clock.",
        ),
        Requirement(
            "AD-14",
            "refuses a request whose deadline has passed (`issuance-expired`)",
            "design §3, domain F1",
            "Timeout is terminal: compare `deadline` when the request comes, and again before"
            " anything is answered.",
        ),
        Requirement(
            "AD-15",
            "refuses another day of issue than today's in Japan (`order-refused`)",
            "design §3",
            "Compare `accepted_on` with Japan's day; for three minutes after midnight yesterday"
            " holds, too.",
        ),
        Requirement(
            "AD-16",
            "refuses a statement with a field that is not described, or in another spelling",
            "decision 0002",
            "Spell the payload again (sorted names, no spaces) and compare it byte by byte.",
        ),
    ),
    "The session": (
        Requirement(
            "AD-20",
            "refuses a session that its own terminal did not countersign (`signature-refused`)",
            "design §2",
            "Verify the outer JWS with a key of the purpose `terminal-statement` whose owner is"
            " the terminal that the session names.",
        ),
        Requirement(
            "AD-21",
            "refuses a session that the card did not sign as it is (`card-signature-refused`)",
            "design §2",
            "Verify the card's signature over `madoguchi/session/v1` and the statement.",
        ),
        Requirement(
            "AD-22",
            "refuses a session for another gateway or municipality",
            "design §2",
            "Compare both with your own: `session-of-another-terminal`,"
            " `session-of-another-municipality`.",
        ),
        Requirement(
            "AD-23",
            "refuses a session older than 5 minutes, or from the future",
            "design §2, decision 0011",
            "Judge `opened_at` at the moment when the session's key signed the order.",
        ),
        Requirement(
            "AD-24",
            "refuses a beacon that it did not make in these minutes (`beacon-refused`)",
            "design §2, decision 0011",
            "Make the beacons of the last six minutes again and compare.",
        ),
        Requirement(
            "AD-25",
            "refuses a session that nothing can be sealed to (`session-refused`)",
            "decision 0022",
            "Check the sealing key before anything is claimed: the point of all zeros is none.",
        ),
    ),
    "The card": (
        Requirement(
            "AD-30",
            "refuses a card of an authority that is not accepted (`card-authority-unknown`)",
            "design §2",
            "Verify the chain by key, not by the authority's name.",
        ),
        Requirement(
            "AD-31",
            "refuses a card certificate that has expired (`card-certificate-expired`)",
            "design §2",
            "Compare its validity with the moment of the order.",
        ),
        Requirement(
            "AD-32",
            "refuses the signing certificate (`card-certificate-of-wrong-kind`)",
            "design §2",
            "Require the policy of 利用者証明用 in the critical certificatePolicies.",
        ),
        Requirement(
            "AD-33",
            "refuses a revoked card (`card-certificate-revoked`)",
            "design §2",
            "Ask the revocation list at each prepare.",
        ),
        Requirement(
            "AD-34",
            "refuses a card on temporary hold (`card-certificate-on-hold`)",
            "design §2, domain §9",
            "The reason `certificateHold` in the revocation list is a hold.",
        ),
        Requirement(
            "AD-35",
            "refuses everybody while its revocation list is stale (`revocation-unknown`)",
            "design §2",
            "Refuse when the list is older than a day, or cannot be fetched.",
        ),
    ),
    "The order": (
        Requirement(
            "AD-40",
            "refuses an order that another key signed, or that names another session",
            "design §2",
            "Verify it with the key in the session that the card signed (`order-not-of-session`).",
        ),
        Requirement(
            "AD-41",
            "refuses an order whose price was changed after it was signed",
            "design §2",
            "Verify the order's signature over all of it, whatever is read from it.",
        ),
        Requirement(
            "AD-42",
            "refuses an order whose copies were changed, and a copy that was not ordered",
            "design §2",
            "Verify the signature, then compare `copy_number` with `copies` (`order-refused`).",
        ),
        Requirement(
            "AD-43",
            "refuses an order signed more than 2 minutes ago (`session-expired`)",
            "decision 0011",
            "Otherwise a gateway could keep a signed order for another day.",
        ),
        Requirement(
            "AD-44",
            "refuses an order whose signature is spelt another way",
            "decision 0019",
            "Of the two ES256 signatures only the one with the low s counts.",
        ),
    ),
    "Once and again": (
        Requirement(
            "AD-50",
            "answers the same issuance with the same bytes, however often it is asked",
            "design §3, domain I1",
            "Keep the sealed answer under the issuance id until the outcome comes.",
        ),
        Requirement(
            "AD-51",
            "refuses a copy that was prepared under another issuance (`order-replayed`)",
            "design §3, decision 0010",
            "Claim (order, copy) for one issuance in your database before anything is made.",
        ),
        Requirement(
            "AD-52",
            "refuses another order of the session with a nonce that was used",
            "decision 0010",
            "Claim (session, nonce, copy), too: `order-replayed`.",
        ),
        Requirement(
            "AD-53",
            "refuses another order or copy under an issuance that is taken",
            "design §3, domain I2",
            "An issuance id is of one copy of one order for ever: `order-replayed`.",
        ),
        Requirement(
            "AD-54",
            "gives each copy a certificate number of its own",
            "design §3, domain I2",
            "Numbers come from the database or at random, never from a clock or a process.",
        ),
        Requirement(
            "AD-55",
            "prepares a copy once, also if two issuances ask for it at the same moment",
            "design §3, domain F7",
            "Claim by a unique index, not by a lock inside one process.",
        ),
    ),
    "The answer": (
        Requirement(
            "AD-60",
            "attests exactly what was asked, by the key that the trust list holds for it",
            "design §2, domain I1",
            "Compare each field of your attestation with the request: issuance, digests of order"
            " and session, copy, card, municipality, kind, build, test.",
        ),
        Requirement(
            "AD-61",
            "seals the document to its session, issuance and order",
            "design §2, domain I1",
            "HPKE to the session's sealing key; `info` is `madoguchi/document/v1` with issuance"
            " and the order's digest.",
        ),
        Requirement(
            "AD-62",
            "seals a PDF with the issuance id and page n/m on each page, as attested",
            "design §2, domain F4, I5",
            "Write id and n/m as text on each page, after all pages are known; attest their"
            " number and the SHA-256 of the PDF.",
        ),
        Requirement(
            "AD-63",
            "puts the person on the paper whose card asked, and nobody else",
            "the promise, domain F1-F3, F7",
            "Find the person by (authority, serial) of the card in this very request; keep nothing"
            " of a request in a place that another can reach.",
        ),
        Requirement(
            "AD-64",
            "names its build, and it is one that the trust list allows",
            "design §2, domain I9",
            "Attest the fingerprint of what runs. After a new build run `conformance kit` again.",
        ),
        Requirement(
            "AD-65",
            "attests for 15 minutes at most, and from now on",
            "design §2",
            "Set your clock; `expires_at` is ten minutes after `issued_at`.",
        ),
        Requirement(
            "AD-66",
            "commits to the card under a fresh salt, never by its bare serial",
            "design §2",
            "Draw at least 16 random bytes for each attestation.",
        ),
        Requirement(
            "AD-67",
            "seals to the hybrid suite (ML-KEM-768 with X25519), too",
            "design §2",
            "A session chooses its suite; serve both.",
        ),
        Requirement(
            "AD-68",
            "issues 印鑑登録証明書 of the person's registered seal",
            "domain §1.5",
            "The kind is in the order's options.",
        ),
        Requirement(
            "AD-69",
            "shows 本籍 on 住民票の写し if it was ordered, and not otherwise",
            "domain §1.5",
            "Follow the options of the order that the session's key signed.",
        ),
    ),
    "The household": (
        Requirement(
            "AD-70",
            "lists the household in legal order, sealed to session and request",
            "design §3",
            "`info` is `madoguchi/household/v1` with the digests of session and request.",
        ),
        Requirement(
            "AD-71",
            "gives each member a handle that is good in that session only",
            "design §3, decision 0008",
            "Derive handles from the session's digest; refuse others with `member-unknown`.",
        ),
        Requirement(
            "AD-72",
            "refuses a household request that another key signed (`order-not-of-session`)",
            "design §3",
            "Verify it like an order.",
        ),
        Requirement(
            "AD-73",
            "issues for the members that the order names by handle, and for no others",
            "domain §1.5",
            "Find them by handle among the household of the cardholder.",
        ),
    ),
    "Whom it refuses": (
        Requirement(
            "AD-80",
            "refuses the protected, the moved, the dead and the unknown in the same words",
            "design §5, domain F10",
            "One problem for all of them, `come-to-the-counter`, byte by byte.",
        ),
        Requirement(
            "AD-81",
            "takes the same time for each of them",
            "design §5, domain §9",
            "Answer such refusals at whole steps of time after the request came.",
        ),
        Requirement(
            "AD-82",
            "says `under-age` and `no-seal-registered`, which the cardholder knows anyway",
            "domain §1.5",
            "Judge them last, and never about somebody who gets the general refusal.",
        ),
        Requirement(
            "AD-83",
            "repeats a refusal for the same issuance",
            "design §3",
            "Keep the refusal under the issuance as you keep an answer.",
        ),
    ),
    "How it ends": (
        Requirement(
            "AD-90",
            "acknowledges an outcome, and the same one again with the same bytes",
            "design §3",
            "The gateway repeats it until you do.",
        ),
        Requirement(
            "AD-91",
            "prepares nothing under an issuance that has ended (`issuance-closed`)",
            "design §3, domain I3",
            "Close the id when its outcome comes; refuse another outcome in the same way.",
        ),
        Requirement(
            "AD-92",
            "takes an outcome that comes before its prepare",
            "design §3, domain I3",
            "Close an id that you have not seen, too.",
        ),
        Requirement(
            "AD-93",
            "refuses a report that the paper's own terminal did not sign",
            "design §2",
            "Verify each report with the key of the terminal that ordered, and compare its"
            " issuance: `signature-refused`.",
        ),
    ),
    "Time and witness": (
        Requirement(
            "AD-95",
            "answers each prepare within 10 seconds",
            "decision 0012",
            "The gateway gives up after 30 s, for all replicas together, and its lane to you"
            " closes for a while when half of the answers fail.",
        ),
        Requirement(
            "AD-96",
            "countersigns the centre's stamps, if it is a witness",
            "decision 0028",
            "Countersign only what continues the chain that you have seen.",
        ),
    ),
}

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
