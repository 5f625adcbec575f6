"""What an adapter must answer, to whom not, and how it ends."""

from madoguchi.conformance.requirements.requirement import Requirement

TOPICS: dict[str, tuple[Requirement, ...]] = {
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
    "Test papers": (
        Requirement(
            "AD-84",
            "makes papers of test records at test terminals: attested as tests, 見本 on each page",
            "decision 0046",
            "A terminal is one if its enrolment says so (`test`), a record if your own file does."
            " Attest `test`, and write 見本 across at least half of each page's width.",
        ),
        Requirement(
            "AD-85",
            "refuses everybody else at a test terminal (`come-to-the-counter`)",
            "decision 0046",
            "Compare the session's enrolment with the record before anything is made.",
        ),
        Requirement(
            "AD-86",
            "refuses test records at all other terminals (`come-to-the-counter`)",
            "decision 0046",
            "Compare the session's enrolment with the record before anything is made.",
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
            "Verify each report with the statement key in its enrolment, which is of the terminal"
            " that ordered, and compare its issuance: `signature-refused`.",
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
