"""`holdfast node import FILE` and `holdfast node imports`: an agency's own sheet becomes its records."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from common.errors import WrongState
from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

_STOPPED = "stopped before its end: `holdfast node imports` shows how far it came; import the same file again to go on"
MOST_SHOWN, SHOWN_WORDS = 8, 10
_ENCODINGS = {"utf-8-sig": "UTF-8 with a mark", "utf-8": "UTF-8", "cp1252": "Windows-1252", "workbook": "workbook"}
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("import")(import_)
    app.command("imports")(imports)


def import_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, as the agency keeps it.", show_default=False)],
    map_: Annotated[Path | None, typer.Option("--map", help="How to read it, if the guess was changed.")] = None,
    write_map: Annotated[
        Path | None, typer.Option(help="Write what was guessed to this new file, to change it.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything and store nothing.")] = False,
    all_or_nothing: Annotated[bool, typer.Option(help="Store nothing if one row is refused.")] = False,
    refused: Annotated[Path | None, typer.Option(help="Write every refused row's line and reason to this CSV.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Import an agency's own log of contacts. Importing a file again stores only what is new.

    Try it first: `--dry-run --write-map MAP` shows what was guessed; change the map, then import with `--map MAP`.
    """
    with _bar(as_json) as bar:
        task = bar.add_task("reading the file", total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=f"line {done:,} of about {total:,}")

        try:
            answer = ask(
                data,
                "import",
                on_progress=told,
                file=str(file.absolute()),
                map=_whole(map_),
                write_map=_whole(write_map),
                dry_run=dry_run,
                all_or_nothing=all_or_nothing,
                refused=_whole(refused),
            )
        except KeyboardInterrupt:
            raise WrongState(_STOPPED) from None
    show(answer, as_json, _lines(answer, dry_run, write_map, refused))
    if answer["refused"] and not dry_run:
        raise typer.Exit(1)


def imports(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List what was imported, the newest first; one that is not finished was cut off: import its file again."""
    rows = ask(data, "imports")
    shown = rows if as_json else [row | {"id": row["id"][:10]} for row in rows]
    columns = ("id", "begun_at", "finished_at", "imported", "already_there", "refused")
    show_table(shown, as_json, columns, "nothing was imported yet")


def _bar(as_json: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=as_json or not Console(stderr=True).is_terminal,
    )


def _lines(answer: dict[str, Any], dry_run: bool, write_map: Path | None, refused: Path | None) -> list[str]:
    """Say what came of an import, in lines of a terminal's width."""
    lines = [*_guessed(answer)]
    if dry_run:
        lines += [f"{answer['read']:,} rows read: {answer['new']:,} new, {answer['already_there']:,} imported before, "]
        lines[-1] += f"{answer['refused']:,} refused. Nothing was stored."
    else:
        lines += [f"{answer['read']:,} rows read: {answer['imported']:,} imported, "]
        lines[-1] += f"{answer['already_there']:,} already there, {answer['refused']:,} refused."
    lines += [f"  {count:,} rows {what}" for what, count in answer["told"].items()]
    left_out = [f"{count:,} {_plural(what, count)}" for what, count in answer["left_out"].items()]
    lines += [f"  no rows: {', '.join(left_out)}"] if left_out else []
    lines += [f"  columns not read: {', '.join(answer['not_read'])}; free text stays where it is"] * bool(
        answer["not_read"]
    )
    for row in answer["refused_rows"][: MOST_SHOWN if refused else None]:
        where = f"sheet {row['sheet']}, line {row['line']}" if row["sheet"] else f"line {row['line']}"
        lines.append(f"  refused: {where}: {row['reason']}")
    more = answer["refused"] - len(answer["refused_rows"])
    if more > 0 and not refused:
        lines.append(f"  ... and {more:,} more: --refused FILE writes them all")
    lines += [f"  refused rows, each with line and reason: {refused}"] if refused else []
    unfilled = answer["map"]["unfilled"]
    lines += [f"  the map waits for what {each['word']!r} means ({each['column']})" for each in unfilled[:SHOWN_WORDS]]
    lines += (
        [f"The map is in {write_map}: change what is wrong, then import with --map {write_map}"] if write_map else []
    )
    return lines


def _guessed(answer: dict[str, Any]) -> list[str]:
    encoding = _ENCODINGS.get(answer["encoding"], answer["encoding"])
    separator = _SEPARATORS.get(answer["separator"], "")
    lines = [f"{encoding}, cells between {separator}" if separator else encoding]
    for sheet in answer["map"]["sheets"]:
        name = f"sheet {sheet['name']}: " if sheet["name"] else ""
        if sheet["use"] != "encounters":
            lines.append(f"{name}{'a roster of labels and names' if sheet['use'] == 'roster' else 'not read'}")
            continue
        read = [f"{heading} = {role}" for heading, role in sheet["columns"].items() if role != "ignore"]
        lines += _wrapped(name + "columns: ", read)
        if sheet["date_order"]:
            lines.append(f"  dates in figures: {sheet['date_order']}" + (f" ({sheet['why']})" if sheet["why"] else ""))
        if sheet["labels"] > sheet["supporters"]:
            lines.append(
                f"  {sheet['labels']} labels of supporters are {sheet['supporters']} people, without their ranks"
            )
        if sheet["doubts"]:
            lines.append(f"  {sheet['doubts']} guesses to look at: --dry-run --write-map MAP shows them")
    return lines


def _wrapped(before: str, words: list[str]) -> list[str]:
    lines = [before.rstrip()]
    for word in words:
        if len(lines) == 1 or len(lines[-1]) + len(word) > 76:
            lines.append(f"  {word}")
        else:
            lines[-1] += f", {word}"
    return lines


def _plural(what: str, count: int) -> str:
    if count == 1:
        return what
    return {"heading again": "headings again", "line above the heading": "lines above the heading"}.get(
        what, what + "s"
    )


def _whole(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())
