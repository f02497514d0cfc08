"""Pages come compressed where the console's own page or an address that was typed asked, and nowhere else."""

import gzip
import http.client

import pytest

from common.access.roles import Role
from tests.console_client import Client
from tests.consoles import ServedNode

GZIP = {"Accept-Encoding": "gzip, br"}


def sent(who: Client, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """What comes over the wire."""
    connection = who.connect()
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in who.cookies.items())}
    connection.request("GET", path, headers=cookies | {name.replace("_", "-"): said for name, said in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_that_the_console_itself_led_to_comes_compressed(client: Client, site: str) -> None:
    response, body = sent(client, "/check-ins", **GZIP, Sec_Fetch_Site=site)

    assert (response.status, response.getheader("content-encoding")) == (200, "gzip")
    assert "Check-ins" in gzip.decompress(body).decode()
    assert "Accept-Encoding" in (response.getheader("vary") or "")
    assert len(body) < len(gzip.decompress(body)) / 2


@pytest.mark.parametrize("site", [{"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {}])
def test_e02_how_well_a_page_compresses_tells_nothing_to_another_site_that_has_it_asked_for(
    client: Client, site: dict[str, str]
) -> None:
    response, body = sent(client, "/check-ins", **GZIP, **site)

    assert (response.status, response.getheader("content-encoding")) == (200, None)
    assert b"Check-ins" in body


def test_what_takes_no_compression_gets_none_and_files_go_out_as_they_are(client: Client, served: ServedNode) -> None:
    assert sent(client, "/check-ins", Sec_Fetch_Site="same-origin")[0].getheader("content-encoding") is None
    served.sign_in_as(Role.OPERATOR, name="olga")
    response, _ = sent(client, "/api-tokens/openapi.json", **GZIP, Sec_Fetch_Site="same-origin")
    assert (response.status, response.getheader("content-encoding")) == (200, None)


def test_assets_come_compressed_and_are_kept(ann: Client) -> None:
    asset = ann.get("/").text.split('href="/assets/')[1].split('"')[0]
    response, body = sent(ann, f"/assets/{asset}", **GZIP)
    assert response.getheader("content-encoding") == "gzip"
    assert "immutable" in (response.getheader("cache-control") or "")
    assert gzip.decompress(body)
