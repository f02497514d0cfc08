"""An agency's sheet becomes its records: each row once, or nothing; and its records become a file again."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.access.roles import Action
from common.errors import AlreadyExists, HoldfastError, InvalidRequest, NotFound
from node.domain.member import Member
from node.opened import OpenNode
from node.operations.exports import export
from node.operations.imports import list_
from node.use_cases.members import add_members
from tests.importing import COORDINATOR, HEADING, exported, imported, sheet_file
from tests.local_node import local_node
from tests.people import audited
from tests.sheets import FOLDER


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path, time_zone="America/Denver") as opened:
        yield opened


def test_a_sheet_is_imported_once_whatever_number_of_times_it_comes(node: OpenNode, tmp_path: Path) -> None:
    sheet = FOLDER / "alder-county-sheriff.csv"
    tried = imported(node, sheet, dry_run=True)
    first, second, third = imported(node, sheet), imported(node, sheet), imported(node, sheet, all_or_nothing=True)
    assert (tried["new"], tried["imported"], tried["import_id"]) == (970, 0, None)
    assert [(each["imported"], each["already_there"]) for each in (first, second, third)] == [
        (970, 0),
        (0, 970),
        (0, 970),
    ]

    assert len(exported(node, "encounters", tmp_path / "e.csv")) == 970
    assert len(exported(node, "members", tmp_path / "m.csv")) == 513
    names = [row["name"] for row in exported(node, "supporters", tmp_path / "s.csv")]
    assert (len(names), names[:2]) == (25, ["Ash", "Bell"])
    assert sorted(run["imported"] for run in list_(node, COORDINATOR, {})) == [0, 0, 970]


def test_d09_all_or_nothing_stores_nothing_when_one_row_is_refused(node: OpenNode, tmp_path: Path) -> None:
    sheet = sheet_file(tmp_path, HEADING + "10/25/2025,Peer 1,Ann Lee,work\n" * 3 + "10/35/2025,Peer 1,Ann Lee,work\n")
    with pytest.raises(InvalidRequest, match="nothing was imported: line 5: Date: '10/35/2025' is no date"):
        imported(node, sheet, all_or_nothing=True)
    assert list_(node, COORDINATOR, {}) == []
    assert exported(node, "supporters", tmp_path / "s.csv") == []

    refused = tmp_path / "refused.csv"
    assert imported(node, sheet, refused=str(refused))["imported"] == 3
    assert "5,Date: '10/35/2025' is no date" in refused.read_text()
    assert stat.S_IMODE(refused.stat().st_mode) == 0o600


def test_a_word_that_nobody_explained_waits_and_imports_once_the_map_says_what_it_means(
    node: OpenNode, tmp_path: Path
) -> None:
    sheet = sheet_file(tmp_path, HEADING + "10/25/2025,Peer 1,Ann Lee,zzz\n")
    answer = imported(node, sheet, dry_run=True, write_map=str(tmp_path / "map.toml"))
    assert (answer["refused"], answer["map"]["unfilled"][0]["word"]) == (1, "zzz")
    text = (tmp_path / "map.toml").read_text()
    wrong = sheet_file(tmp_path, text.replace('"zzz" = "?"', '"zzz" = "angst"'), "wrong.toml")
    line = 1 + text.splitlines().index('"zzz" = "?"  # 1 row: PLEASE FILL IN')
    with pytest.raises(InvalidRequest, match=f"map, line {line}: 'zzz': 'angst' is no code"):
        imported(node, sheet, map=str(wrong))
    changed = text.replace('"Reason" = "kind"', '"Grund" = "kind"').replace('words."Reason"', 'words."Grund"')
    map_ = sheet_file(tmp_path, changed, "grund.toml")
    with pytest.raises(InvalidRequest, match="map: the sheet has no column 'Grund'"):
        imported(node, FOLDER / "ridgeline-fire.csv", map=str(map_))
    with pytest.raises(InvalidRequest, match="map: the sheet has no column '[A-Za-z]+': is the map for another file"):
        imported(node, FOLDER / "three-rivers-911.csv", map=str(map_))
    map_ = sheet_file(tmp_path, text.replace('"zzz" = "?"', '"zzz" = "moral_injury"'), "right.toml")
    assert imported(node, sheet, map=str(map_))["imported"] == 1
    assert exported(node, "encounters", tmp_path / "e.csv")[0]["support_kind"] == "moral_injury"


def test_a_name_that_two_members_have_is_refused_with_its_row(node: OpenNode, tmp_path: Path) -> None:
    given = [Member("", "Ann Lee"), Member("", "ann  LEE")]
    now = node.clock.now()
    node.write("x", lambda c: add_members(c, node.vault, "user x", Action.IMPORT_RECORDS, given, now))
    answer = imported(
        node, sheet_file(tmp_path, HEADING + "10/25/2025,Peer 1,Ann Lee,work\n10/25/2025,Peer 1,Bo Ek,work\n")
    )
    assert (answer["imported"], answer["refused_rows"][0]["line"]) == (1, 2)
    assert "two members have this name" in answer["refused_rows"][0]["reason"]


def test_an_own_export_imports_again_here_and_elsewhere(node: OpenNode, tmp_path: Path) -> None:
    imported(node, FOLDER / "stonegate-corrections.xlsx")
    exported(node, "encounters", tmp_path / "e.csv", with_mark=True)
    again = imported(node, tmp_path / "e.csv")
    assert (again["read"], again["already_there"], again["refused"]) == (820, 820, 0)
    with local_node(tmp_path / "other") as other:
        assert imported(other, tmp_path / "e.csv")["imported"] == 820


def test_e01_an_export_holds_no_formula(node: OpenNode, tmp_path: Path) -> None:
    names = ("=1+1", "+1", "-2", "@x")
    imported(node, sheet_file(tmp_path, HEADING + "".join(f"10/25/2025,Peer 1,{name},work\n" for name in names)))
    rows = exported(node, "members", tmp_path / "m.csv")
    assert [row["name"] for row in rows] == [f"'{name}" for name in names]
    export(node, COORDINATOR, {"kind": "members", "format": "json", "file": str(tmp_path / "m.json")})
    assert [row["name"] for row in json.loads((tmp_path / "m.json").read_text())] == list(names)


@pytest.mark.parametrize("what", ["link", "folder", "pipe", "device", "own", "relative", "up", "missing"])
def test_e03_what_is_no_plain_file_outside_the_node_is_neither_read_nor_written(
    node: OpenNode, tmp_path: Path, what: str
) -> None:
    sheet = sheet_file(tmp_path, HEADING)
    (tmp_path / "link").symlink_to(sheet)
    os.mkfifo(tmp_path / "pipe")
    paths = {
        "link": tmp_path / "link", "folder": tmp_path, "pipe": tmp_path / "pipe", "device": Path("/dev/zero"),
        "own": node.data / "node.db", "relative": Path("sheet.csv"), "up": Path(f"{tmp_path}/x/../sheet.csv"),
        "missing": tmp_path / "none.csv",
    }  # fmt: skip
    with pytest.raises((InvalidRequest, NotFound)):
        imported(node, paths[what])
    if what != "missing":
        before = sheet.read_bytes()
        with pytest.raises(HoldfastError):
            export(node, COORDINATOR, {"kind": "members", "file": str(paths[what])})
        assert sheet.read_bytes() == before


def test_e03_an_export_replaces_nothing_and_is_for_its_owner_alone(node: OpenNode, tmp_path: Path) -> None:
    exported(node, "members", tmp_path / "m.csv")
    assert stat.S_IMODE((tmp_path / "m.csv").stat().st_mode) == 0o600
    with pytest.raises(AlreadyExists):
        export(node, COORDINATOR, {"kind": "members", "file": str(tmp_path / "m.csv")})
    (tmp_path / "dangling").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HoldfastError):
        export(node, COORDINATOR, {"kind": "members", "file": str(tmp_path / "dangling")})
    assert not (tmp_path / "elsewhere").exists()
    assert ("user casey", "export records", "members", "done: 0 rows as csv") in audited(node)


SIXTH = """Registro de apoyo entre compa\xf1eros\t\t\t\t\t\t
Fecha\tHora\tPlaca del compa\xf1ero\tBombero\tMotivo\tMedio\tDuraci\xf3n\tDerivado a\tSeguimiento para
14 de marzo de 2026\t14:30\t4711\tJos\xe9 Ib\xe1\xf1ez\tduelo\ten persona\t1:15 h\tcapell\xe1n\t21 de marzo
2 de enero de 2026\t7.05\t4712\tLuz Pe\xf1a\tguardia pesada\tllamada\tunos 30\tninguno\t3 d\xedas
28 de febrero de 2026\t\t4711\tJos\xe9 Ib\xe1\xf1ez\tpareja\ten la cocina\tmedia hora\tsindicato\t
Total\t3\t\t\t\t\t\t\t
"""


def test_a_sixth_sheet_in_another_style_works_with_a_map(node: OpenNode, tmp_path: Path) -> None:
    sheet, map_ = tmp_path / "sexta.txt", tmp_path / "map.toml"
    sheet.write_bytes(SIXTH.encode("utf-16-le"))
    tried = imported(node, sheet, dry_run=True, write_map=str(map_))
    assert (tried["encoding"], tried["separator"], tried["read"], tried["refused"]) == ("utf-16-le", "\t", 3, 2)
    assert [each["word"] for each in tried["map"]["unfilled"]] == ["guardia pesada", "en la cocina"]

    text = map_.read_text().replace('"guardia pesada" = "?"', '"guardia pesada" = "work_stress"')
    text = text.replace('"en la cocina" = "?"', '"en la cocina" = ["in_person", "self_referral"]')
    edited = sheet_file(tmp_path, text.replace('"4711" = "4711"', '"4711" = "In\xe9s Soto"'), "edited.toml")
    assert imported(node, sheet, map=str(edited))["imported"] == 3
    rows = sorted(exported(node, "encounters", tmp_path / "e.csv"), key=lambda row: row["occurred_at"])
    wanted = ("occurred_at", "support_kind", "mode", "activation_type", "duration", "referrals", "follow_up_due")
    assert [tuple(row[name] for name in wanted) for row in rows] == [
        ("2026-01-02T07:05:00-07:00", "work_stress", "phone", "", "30_44", "none", "2026-01-05"),
        ("2026-02-28T12:00:00-07:00", "family_or_relationship", "in_person", "self_referral", "30_44", "other", ""),
        ("2026-03-14T14:30:00-06:00", "grief_or_loss", "in_person", "", "60_and_over", "chaplain", "2026-03-21"),
    ]
    names = [row["name"] for row in exported(node, "supporters", tmp_path / "s.csv")]
    assert sorted(names) == ["4712", "In\xe9s Soto"]
