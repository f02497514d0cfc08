"""Notes, checkpoints and receipts, against the published examples and against whoever would alter them."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.ledger import SignatureInvalid
from common.ledger.checkpoint import (
    MAX_SIZE,
    Origin,
    checkpoint_line,
    checkpoint_text,
    hub_key_name,
    node_key_name,
    parse_checkpoint_text,
    parse_origin,
    sign_checkpoint,
    stream_origin,
    verify_checkpoint,
)
from common.ledger.note import (
    KeyKind,
    Note,
    SignatureLine,
    encode_note,
    key_id,
    parse_note,
    parse_verifier_key,
    verifier_key,
)
from common.ledger.receipt import (
    Receipt,
    countersign,
    parse_timed_signature,
    receipt_line,
    verify_receipt,
)

NODE, HUB = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
REGION = "ridgeline.holdfast.internal"
ORIGIN = stream_origin(REGION, b"\xaa" * 16, b"\xbb" * 16)
ROOT = sha256(b"some root").digest()

# The key and the note in the documentation of the signed-note reference implementation.
REFERENCE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
REFERENCE_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of the tlog-cosignature specification.
COSIGNED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def test_the_reference_note_and_key_are_read_and_verify() -> None:
    name, key = parse_verifier_key(REFERENCE_KEY, KeyKind.ED25519)
    note = parse_note(REFERENCE_NOTE.encode())

    assert name == "PeterNeumann"
    assert verifier_key(name, KeyKind.ED25519, key) == REFERENCE_KEY
    assert [(line.name, line.key_id.hex()) for line in note.lines] == [("PeterNeumann", "c74f20a3")]
    key.verify(note.lines[0].signature, note.text)
    assert encode_note(note.text, note.lines) == REFERENCE_NOTE.encode()


def test_the_specifications_cosigned_checkpoint_is_read() -> None:
    note = parse_note(COSIGNED.encode())
    signed_at_unix_s, signature = parse_timed_signature(note.lines[1].signature)

    assert [line.name for line in note.lines] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert signed_at_unix_s == 1679315147
    assert len(signature) == len(note.lines[0].signature) == 64
    assert encode_note(note.text, note.lines) == COSIGNED.encode()


def test_a_key_id_is_of_the_name_the_kind_and_the_key() -> None:
    raw = NODE.public_key().public_bytes_raw()

    assert key_id("some.name", KeyKind.ED25519, NODE.public_key()) == sha256(b"some.name\n\x01" + raw).digest()[:4]
    assert (
        key_id("some.name", KeyKind.COSIGNATURE_V1, NODE.public_key()) == sha256(b"some.name\n\x04" + raw).digest()[:4]
    )


def test_names_say_region_agency_and_stream() -> None:
    assert stream_origin(REGION, b"\xaa" * 16, b"\xbb" * 16) == f"{REGION}/agency/{'aa' * 16}/stream/{'bb' * 16}"
    assert parse_origin(ORIGIN) == Origin(REGION, b"\xaa" * 16, b"\xbb" * 16)
    assert node_key_name(REGION, b"\xaa" * 16) == f"{REGION}/agency/{'aa' * 16}"
    assert hub_key_name(REGION) == f"{REGION}/hub"


@pytest.mark.parametrize(
    ("trust_domain", "agency_id", "stream_id"),
    [
        ("", b"a" * 16, b"s" * 16),
        ("two\nlines", b"a" * 16, b"s" * 16),
        ("a space", b"a" * 16, b"s" * 16),
        ("Upper.Case", b"a" * 16, b"s" * 16),
        ("slash/slash", b"a" * 16, b"s" * 16),
        (REGION, b"a" * 15, b"s" * 16),
        (REGION, b"a" * 16, b"s" * 17),
    ],
)
def test_an_origin_that_could_be_read_in_two_ways_is_refused(
    trust_domain: str, agency_id: bytes, stream_id: bytes
) -> None:
    with pytest.raises(InvalidRequest, match="origin"):
        stream_origin(trust_domain, agency_id, stream_id)


def test_a_checkpoint_is_three_lines_signed_by_the_node() -> None:
    text = f"{ORIGIN}\n7\n{b64encode(ROOT).decode()}\n".encode()
    signature = sign_checkpoint(NODE, ORIGIN, 7, ROOT)

    assert checkpoint_text(ORIGIN, 7, ROOT) == text
    assert parse_checkpoint_text(text) == (ORIGIN, 7, ROOT)
    NODE.public_key().verify(signature, text)
    verify_checkpoint(NODE.public_key(), ORIGIN, 7, ROOT, signature)


def test_a_checkpoint_says_nothing_about_any_other_tree_stream_or_key() -> None:
    signature = sign_checkpoint(NODE, ORIGIN, 7, ROOT)
    node, other_stream = NODE.public_key(), stream_origin(REGION, b"\xaa" * 16, b"\xcc" * 16)
    receipt = countersign(NODE, ORIGIN, 7, ROOT, 0)
    claims: list[tuple[Ed25519PublicKey, str, int, bytes, bytes]] = [
        (HUB.public_key(), ORIGIN, 7, ROOT, signature),
        (node, other_stream, 7, ROOT, signature),
        (node, ORIGIN, 8, ROOT, signature),
        (node, ORIGIN, -1, ROOT, signature),
        (node, ORIGIN, 7, sha256(ROOT).digest(), signature),
        (node, ORIGIN, 7, ROOT[:-1], signature),
        (node, ORIGIN, 7, ROOT, bytes([signature[0] ^ 1]) + signature[1:]),
        (node, ORIGIN, 7, ROOT, signature[:-1]),
        (node, ORIGIN, 7, ROOT, b""),
        (node, ORIGIN, 7, ROOT, receipt),
    ]

    for claim in claims:
        with pytest.raises(SignatureInvalid, match="checkpoint of size"):
            verify_checkpoint(*claim)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n07\n{b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n+7\n{b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n7 \n{b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n\u0667\n{b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n{MAX_SIZE + 1}\n{b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n7\n{b64encode(ROOT).decode()}",
        f"{ORIGIN}\n7\n{b64encode(ROOT).decode()}\nan extension\n",
        f"{ORIGIN}\n7\n{b64encode(ROOT[:-1]).decode()}\n",
        f"{ORIGIN}\n7\n{b64encode(ROOT).decode().rstrip('=')}\n",
        f"{ORIGIN}\n7\n{b64encode(ROOT).decode()[:-2]}/=\n",
        f"{ORIGIN}\r\n7\n{b64encode(ROOT).decode()}\n",
        f"elsewhere\n7\n{b64encode(ROOT).decode()}\n",
        "",
    ],
)
def test_a_checkpoint_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        parse_checkpoint_text(text.encode())


def test_a_checkpoint_out_of_range_is_not_signed() -> None:
    for size, root in ((-1, ROOT), (MAX_SIZE + 1, ROOT), (7, ROOT + b"\x00")):
        with pytest.raises(InvalidRequest, match="checkpoint"):
            sign_checkpoint(NODE, ORIGIN, size, root)


def test_a_receipt_is_a_cosignature_over_the_time_and_the_checkpoint() -> None:
    signature = countersign(HUB, ORIGIN, 7, ROOT, 1679315147)

    message = b"cosignature/v1\ntime 1679315147\n" + checkpoint_text(ORIGIN, 7, ROOT)
    HUB.public_key().verify(signature, message)
    verify_receipt(HUB.public_key(), ORIGIN, 7, ROOT, 1679315147, signature)


def test_a_receipt_says_nothing_about_any_other_tree_time_stream_or_key() -> None:
    signature = countersign(HUB, ORIGIN, 7, ROOT, 1000)
    hub, other_stream = HUB.public_key(), stream_origin(REGION, b"\xcc" * 16, b"\xbb" * 16)
    claims: list[tuple[Ed25519PublicKey, str, int, bytes, int, bytes]] = [
        (NODE.public_key(), ORIGIN, 7, ROOT, 1000, signature),
        (hub, other_stream, 7, ROOT, 1000, signature),
        (hub, ORIGIN, 6, ROOT, 1000, signature),
        (hub, ORIGIN, 7, sha256(ROOT).digest(), 1000, signature),
        (hub, ORIGIN, 7, ROOT, 1001, signature),
        (hub, ORIGIN, 7, ROOT, -1, signature),
        (hub, ORIGIN, 7, ROOT, 2**63, signature),
        (hub, ORIGIN, 7, ROOT, 1000, signature[:-1] + bytes([signature[-1] ^ 1])),
        (hub, ORIGIN, 7, ROOT, 1000, sign_checkpoint(HUB, ORIGIN, 7, ROOT)),
    ]

    for claim in claims:
        with pytest.raises(SignatureInvalid, match="receipt of size"):
            verify_receipt(*claim)


def test_a_note_carries_the_nodes_signature_and_the_hubs_cosignature() -> None:
    receipt = Receipt(7, ROOT, 1000, countersign(HUB, ORIGIN, 7, ROOT, 1000))
    lines = (
        checkpoint_line(ORIGIN, NODE.public_key(), sign_checkpoint(NODE, ORIGIN, 7, ROOT)),
        receipt_line(ORIGIN, HUB.public_key(), receipt),
    )
    raw = encode_note(checkpoint_text(ORIGIN, 7, ROOT), lines)

    note = parse_note(raw)
    assert note == Note(checkpoint_text(ORIGIN, 7, ROOT), lines)
    assert [line.name for line in note.lines] == [f"{REGION}/agency/{'aa' * 16}", f"{REGION}/hub"]
    origin, size, root = parse_checkpoint_text(note.text)
    verify_checkpoint(NODE.public_key(), origin, size, root, note.lines[0].signature)
    verify_receipt(HUB.public_key(), origin, size, root, *parse_timed_signature(note.lines[1].signature))


def test_a_receipt_whose_time_a_note_cannot_carry_is_refused() -> None:
    for signed_at_unix_s in (-1, 2**63):
        with pytest.raises(InvalidRequest, match="signed_at_unix_s"):
            receipt_line(ORIGIN, HUB.public_key(), Receipt(7, ROOT, signed_at_unix_s, bytes(64)))
    with pytest.raises(InvalidRequest, match="72 bytes"):
        parse_timed_signature(bytes(71))


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1),
    st.lists(st.tuples(st.from_regex(r"[a-z./]+", fullmatch=True), st.binary(min_size=5, max_size=80)), min_size=1),
)
def test_every_note_comes_back(text: str, signed: list[tuple[str, bytes]]) -> None:
    lines = tuple(SignatureLine(name, data[:4], data[4:]) for name, data in signed)

    assert parse_note(encode_note(f"{text}\n".encode(), lines)) == Note(f"{text}\n".encode(), lines)


SIGNATURE = b64encode(b"\x01\x02\x03\x04" + bytes(64)).decode()


@pytest.mark.parametrize(
    "raw",
    [
        "text\n",
        "text\n\n",
        f"text\n\u2014 name {SIGNATURE}\n",
        f"text\n\n\u2014 name {SIGNATURE}",
        f"text\n\n\u2014 name {SIGNATURE}\ntrailing",
        f"text\n\n\u2014 name {SIGNATURE}\n\n",
        f"text\n\n- name {SIGNATURE}\n",
        f"text\n\n\u2014  {SIGNATURE}\n",
        f"text\n\n\u2014 {SIGNATURE}\n",
        f"text\n\n\u2014 a+b {SIGNATURE}\n",
        f"text\n\n\u2014 a\u00a0b {SIGNATURE}\n",
        f"text\n\n\u2014 name {SIGNATURE} \n",
        f"text\n\n\u2014 name  {SIGNATURE}\n",
        f"text\n\n\u2014 name {SIGNATURE[:-4]}AAB=\n",
        f"text\n\n\u2014 name {SIGNATURE.rstrip('=')}===\n",
        "text\n\n\u2014 name AQIDBA==\n",
        f"te\x00xt\n\n\u2014 name {SIGNATURE}\n",
        f"te\rxt\n\n\u2014 name {SIGNATURE}\n",
        f"{'long' * 20000}\n\n\u2014 name {SIGNATURE}\n",
    ],
)
def test_what_is_not_a_note_is_refused(raw: str) -> None:
    with pytest.raises(InvalidRequest, match="note"):
        parse_note(raw.encode())


def test_a_note_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="UTF-8"):
        parse_note(b"\xff\n\n\xe2\x80\x94 name AQIDBAU=\n")


def test_what_would_be_read_otherwise_is_not_encoded() -> None:
    for text, name in ((b"no newline", "name"), (b"text\n", "two words"), (b"text\n", ""), (b"te\txt\n", "name")):
        with pytest.raises(InvalidRequest, match="note"):
            encode_note(text, [SignatureLine(name, bytes(4), bytes(64))])
    with pytest.raises(InvalidRequest, match="note"):
        encode_note(b"text\n", [])


def test_a_verifier_key_that_does_not_fit_is_refused() -> None:
    raw = b64decode(REFERENCE_KEY.rpartition("+")[2])
    for text in (
        REFERENCE_KEY.replace("c74f20a3", "c74f20a4"),
        REFERENCE_KEY.replace("PeterNeumann", "peterneumann"),
        f"PeterNeumann+c74f20a3+{b64encode(raw[:-1]).decode()}",
        f"PeterNeumann+c74f20a3+{b64encode(bytes([4]) + raw[1:]).decode()}",
        REFERENCE_KEY + "=",
        "",
    ):
        with pytest.raises(InvalidRequest, match="verifier key"):
            parse_verifier_key(text, KeyKind.ED25519)
