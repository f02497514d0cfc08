"""Names in certificates are written one way and compared whole."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.identity.names import (
    NodeName,
    check_trust_domain,
    hub_dns_name,
    parse_node_name,
    trust_domain_of_hub,
)

AGENCY = bytes(range(16))
URI = f"spiffe://ridgeline.holdfast.internal/agency/{AGENCY.hex()}/node/7"


def test_a_node_name_is_written_and_read_back() -> None:
    name = NodeName("ridgeline.holdfast.internal", AGENCY, 7)
    assert name.uri == URI
    assert parse_node_name(URI) == name


@given(st.binary(min_size=16, max_size=16), st.integers(1, 65535))
def test_every_node_name_is_read_back_as_itself(agency_id: bytes, node: int) -> None:
    name = NodeName("a.b", agency_id, node)
    assert parse_node_name(name.uri) == name


@pytest.mark.parametrize(
    "uri",
    [
        URI + "/",
        URI + "\n",
        URI + "?x",
        URI.replace("node/7", "node/07"),
        URI.replace("node/7", "node/0"),
        URI.replace("node/7", "node/65536"),
        URI.replace("node/7", "node/+7"),
        URI.replace("node/7", "node/\u0667"),
        URI.replace("0a0b", "0A0B"),
        URI.replace("spiffe", "SPIFFE"),
        URI.replace("ridgeline", "Ridgeline"),
        URI.replace("internal/", "internal:443/"),
        URI.replace("spiffe://", "spiffe://user@"),
        URI.replace("spiffe://", "https://"),
        URI.replace("/agency", "//agency"),
        URI.replace("ridgeline.", "."),
        "x" + URI,
        "",
    ],
)
def test_another_spelling_of_a_node_name_is_no_node_name(uri: str) -> None:
    with pytest.raises(InvalidRequest):
        parse_node_name(uri)


@given(st.text(max_size=120))
def test_whatever_is_read_as_a_node_name_is_exactly_what_it_would_be_written_as(text: str) -> None:
    with suppress(InvalidRequest):
        assert parse_node_name(text).uri == text


@pytest.mark.parametrize("name", ["ridgeline.holdfast.internal", "a.b", "x-1.y-2.z"])
def test_a_dns_name_in_lower_case_is_a_region(name: str) -> None:
    assert check_trust_domain(name) == name
    assert trust_domain_of_hub(hub_dns_name(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ridgeline",
        "A.b",
        "a..b",
        ".a.b",
        "a.b.",
        "-a.b",
        "a-.b",
        "a_b.c",
        "10.0.0.1",
        "a.1",
        "a.b\n",
        "ä.b",
        "a." * 40 + "b",
    ],
)
def test_anything_else_is_no_region(name: str) -> None:
    with pytest.raises(InvalidRequest):
        check_trust_domain(name)


@pytest.mark.parametrize("name", ["nohub.a.b", "a.b", "hub", "hub.", "hubs.a.b", "Hub.a.b"])
def test_only_the_exact_first_label_makes_a_hub(name: str) -> None:
    with pytest.raises(InvalidRequest):
        trust_domain_of_hub(name)
