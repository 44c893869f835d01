"""Writes what is kept into docs/: the tables within docs/benchmarks.md and docs/scale.md, and the picture.

A table stands between `<!-- figures: NAME -->` and `<!-- end of figures -->`; the words around it are written by hand.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import _scale
from benchmarks._contents import BENCHMARKS
from benchmarks._picture import picture
from benchmarks._report import Part, Report
from benchmarks._row import Row, told, wanted_of
from benchmarks._shown import judged

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
KEPT = DOCS / "benchmarks.json"
PICTURE = DOCS / "images" / "benchmarks.png"
PAGES = (DOCS / "benchmarks.md", DOCS / "scale.md")
BLOCK = re.compile(r"(<!-- figures: (?P<name>[\w-]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)


def write_pages(report: Report) -> list[Path]:
    """Write the picture and every page that is no longer what the report gives; return what was written."""
    PICTURE.write_bytes(picture(report))
    written = [PICTURE]
    for page in PAGES:
        before = page.read_text()
        after = filled(before, blocks(report))
        if after != before:
            page.write_text(after)
            written.append(page)
    return written


def filled(page: str, tables: Mapping[str, str]) -> str:
    """Return a page with its tables put in. Raises LookupError for a name that is none."""

    def put(found: "re.Match[str]") -> str:
        if found["name"] not in tables:
            raise LookupError(f"there is no table {found['name']}; there are {', '.join(tables)}")
        return f"{found[1]}{tables[found['name']]}\n{found[3]}"

    return BLOCK.sub(put, page)


def blocks(report: Report) -> dict[str, str]:
    """Return every table by its name: those of the benchmarks, `overview`, and those of docs/scale.md."""
    parts = {each.name: report.part(each.name) for each in BENCHMARKS}
    not_yet = "Not measured yet: `python -m benchmarks {} --keep`."
    tables = {name: not_yet.format(name) if part is None else part_table(part) for name, part in parts.items()}
    return {"overview": overview(report), **tables, **_scale_tables(report)}


def _scale_tables(report: Report) -> dict[str, str]:
    tables = {"one-learner": _scale.one_learner, "capacities": _scale.capacities, "steps": _scale.steps}
    try:
        measured = _scale.Measured.of(report)
    except LookupError as missing:
        return dict.fromkeys(tables, f"Not computed yet: {missing}")
    return {name: markdown(table(measured)) for name, table in tables.items()}


def overview(report: Report) -> str:
    """Return the picture, what it comes to, what was missed, and where it was measured."""
    rows = [row for part in report.parts for row in part.rows]
    count = [row.verdict for row in rows].count
    sums = f"{count('met')} of {count('met') + count('missed')} limits are kept"
    lines = [f"![How far from its limit each figure is: {sums}](images/benchmarks.png)", "", f"{sums}."]
    if missed := [row for row in rows if row.verdict == "missed"]:
        lines += ["Missed:", "", *(f"- {row.what}: **{judged(row)}**, wanted {wanted_of(row)}" for row in missed)]
    lines += ["", *(f"{where}." for where in dict.fromkeys(part.circumstances.where for part in report.parts))]
    return "\n".join(lines)


def part_table(part: Part) -> str:
    rows = [["what", "seen", "beside", "ratio", "wanted", ""], *map(_cells, part.rows)]
    return f"{markdown(rows)}\n\n{_when(part)}"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as a Markdown table; the first one is its head."""
    head, *body = rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body))


def _cells(row: Row) -> list[str]:
    return [
        row.what,
        "" if row.seen is None else told(row.seen, row.unit),
        row.why_not if row.peer is None else f"{row.peer.name} {told(row.peer.seen, row.unit)}",
        "" if row.ratio is None else told(row.ratio, "x"),
        wanted_of(row),
        {"met": "met", "missed": "**missed**", "no limit": "", "not measured": "not measured"}[row.verdict],
    ]


def _when(part: Part) -> str:
    """Tell when a part was measured, and how quiet it was then."""
    its = part.circumstances
    quiet = f"**not a quiet machine: {its.busy_cores:.1f} cores busy with other work**, " if its.is_unquiet else ""
    commit = f", commit {its.commit}" if its.commit else ""
    when = f"{its.began_at:%Y-%m-%d %H:%M} UTC"
    return f"{when}, {quiet}load {its.load:.1f} at the start, {part.seconds:.0f} s{commit}."
