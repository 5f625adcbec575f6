"""What an adapter must refuse: bodies, requests, sessions, cards and orders that do not hold."""

from madoguchi.conformance.requirements.requirement import Requirement

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
            "Verify the enrolment in it with a key of the purpose `enrolment`; it is of the"
            " terminal that the session names, in force and not withdrawn. Then the outer JWS with"
            " the enrolment's statement key.",
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
}
