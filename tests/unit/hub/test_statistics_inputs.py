"""Operational figures are no input of the statistics: no file of theirs imports what holds one, however far."""

from tests.sources import imports, is_under, python_files, tree

STATISTICS = {
    "contribution", "coverage", "edition", "editions", "group_figures", "reporting", "reporting_window",
    "reporting_windows", "rollup", "rollup_audit", "table_layout", "table_release", "table_releases",
}  # fmt: skip
SUBJECTS = ("activation", "activations", "boards", "incident", "incidents", "capacities", "follow_ups", "mutual_aid")
OPERATIONAL = {f"hub.{layer}.{subject}" for layer in ("domain", "persistence", "use_cases") for subject in SUBJECTS}
_FILES = {path.removesuffix(".py").replace("/", "."): path for path in python_files("hub")}


def module_of(name: str) -> str:
    """The module that an imported name lies in."""
    return name if name in _FILES else name.rpartition(".")[0]


def reached(path: str) -> set[str]:
    """Every module of the hub that a file imports; through the domain, and through the statistics, however far."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        new = {module_of(name) for name in imports(tree(waiting.pop())) if name.startswith("hub.")} - found
        found |= new
        waiting += [
            _FILES[name]
            for name in new & _FILES.keys()
            if name.startswith("hub.domain.") or name.rpartition(".")[2] in STATISTICS
        ]
    return found


def test_i02_operational_figures_are_no_input_of_the_statistics() -> None:
    files = [path for name, path in _FILES.items() if name.rpartition(".")[2] in STATISTICS]
    assert len(files) > len(STATISTICS)
    for path in files:
        assert [name for name in reached(path) if is_under(name, OPERATIONAL)] == [], path


def test_what_does_hold_operational_figures_is_found() -> None:
    assert "hub.domain.activation" in reached("hub/use_cases/activations.py")
