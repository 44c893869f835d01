"""studybot db: bring the database up to date, back it up, restore it, rebuild memories from the reviews."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studybot.cli.language import tell
from studybot.cli.printing import bar, print_json
from studybot.config import load_config
from studybot.core.phrase import Phrase
from studybot.core.schedule import Memory

if TYPE_CHECKING:  # SQLAlchemy is heavy, and most commands do without it
    from studybot.store.replay import Replay

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = typer.Typer(help="Look after the database that STUDYBOT_DATABASE_URL names.", no_args_is_help=True)


@app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Make the database, or bring an older one up to date; an SQLite file is copied beside itself first.

    `studybot run` and `studybot try` do this by themselves.

    Example: studybot db upgrade
    """
    from studybot.store.upgrade import NEWEST
    from studybot.store.upgrade import upgrade as bring_up_to_date

    copy = bring_up_to_date(load_config().database_url)
    if as_json:
        print_json({"revision": NEWEST, "before": str(copy) if copy else None})
        return
    tell(Phrase("the database is at revision {revision}", revision=NEWEST))
    if copy:
        tell(Phrase("as it was before: {file}", file=copy))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to; it must not exist yet.")], as_json: AsJson = False
) -> None:
    """Copy the database to a file, also while the bot runs. The file holds what learners wrote: keep it safe.

    Of a PostgreSQL database it is what pg_dump writes in its own format.

    Example: studybot db backup var/backup-monday.db
    """
    from studybot.store import files

    with bar(Phrase("copying")) as progress:
        files.backup(load_config().database_url, file, progress.at)
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "bytes": size})
    else:
        typer.echo(f"{file}: {size / 2**20:.1f} MiB")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `studybot db backup` wrote.")], as_json: AsJson = False
) -> None:
    """Put a backup in the database's place; what was there is kept beside it.

    On a PostgreSQL server the bot must be stopped first; what was there is kept as another database.

    Refused, and nothing changed, if the file is no studybot database, is damaged, or is newer than this studybot.

    Example: studybot db restore var/backup-monday.db
    """
    from studybot.store import files

    with bar(Phrase("restoring")) as progress:
        aside = files.restore(load_config().database_url, file, progress.at)
    if as_json:
        print_json({"restored": str(file), "before": aside})
        return
    tell(Phrase("restored from {file}", file=file))
    if aside:
        tell(Phrase("as it was before: {file}", file=aside))


@app.command()
def move(
    target: Annotated[
        str,
        typer.Argument(
            help="Where to, for instance postgresql://studybot@localhost/studybot. With a password in it, rather "
            "by the environment than for everybody to see.",
            envvar="STUDYBOT_MOVE_TO",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Move everything to another, empty database, such as from the SQLite file to PostgreSQL. Stop the bot first.

    The tables of the target are made, every row is copied in one transaction, the rows are counted on both sides,
    and the reviews are replayed in the target. The database that was is left as it is. Then let
    STUDYBOT_DATABASE_URL name the new one.

    Example: studybot db move postgresql://studybot@localhost/studybot
    """
    from studybot.schedulers import SCHEDULERS
    from studybot.store.move import move as move_everything
    from studybot.store.replay import replay as replay_reviews

    source = load_config().database_url
    before = replay_reviews(source, SCHEDULERS)
    rows: dict[str, int] = {}
    for each in move_everything(source, target):
        rows[each.table] = each.rows
        if not as_json:
            typer.echo(f"{each.table:16} {each.rows:10}")
    after = replay_reviews(target, SCHEDULERS)
    if as_json:
        print_json({"rows": rows, "reviews": after.reviews, "memories": after.memories, "as_before": after == before})
        raise typer.Exit(after != before)
    same = Phrase("as before") if after == before else Phrase("NOT as before")
    told = Phrase("{reviews} reviews replayed in the new database give {memories} memories, {same}")
    tell(told.filled(reviews=after.reviews, memories=after.memories, same=same))
    if after != before:
        raise typer.Exit(1)
    tell(Phrase("now set STUDYBOT_DATABASE_URL to the new one"))


@app.command()
def replay(
    write: Annotated[bool, typer.Option("--write", help="Keep what the reviews give.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rebuild all memories from the reviews, each learner's by the scheduler they chose; tell what differs.

    Exits with 1 if there are differences that were not written.

    Example: studybot db replay --write
    """
    from studybot.schedulers import SCHEDULERS
    from studybot.store.replay import replay as replay_reviews

    with bar(Phrase("replaying")) as progress:
        outcome = replay_reviews(load_config().database_url, SCHEDULERS, write=write, progress=progress.at)
    if as_json:
        print_json(_record(outcome, written=write))
        if outcome.differences and not write:
            raise typer.Exit(1)
        return
    for each in outcome.differences:
        kept = Phrase("learner {learner}, card {card}: kept {memory}")
        tell(kept.filled(learner=each.learner_id, card=each.card_id, memory=_told(each.kept)))
        tell(Phrase("  the reviews give {memory}", memory=_told(each.replayed)))
    found = Phrase("all are as kept")
    if outcome.differences:
        found = Phrase("{n} differ, now written") if write else Phrase("{n} differ")
    found = found.filled(n=len(outcome.differences))
    told = Phrase("{reviews} reviews replayed to {memories} memories: {found}")
    tell(told.filled(reviews=outcome.reviews, memories=outcome.memories, found=found))
    if outcome.differences and not write:
        raise typer.Exit(1)


def _record(outcome: "Replay", *, written: bool) -> dict[str, Any]:
    differences = [
        {
            "learner": each.learner_id,
            "card": each.card_id,
            "kept": None if each.kept is None else asdict(each.kept),
            "replayed": None if each.replayed is None else asdict(each.replayed),
        }
        for each in outcome.differences
    ]
    numbers = {"reviews": outcome.reviews, "memories": outcome.memories, "written": written}
    return numbers | {"differences": differences}


def _told(memory: Memory | None) -> str | Phrase:
    if memory is None:
        return Phrase("nothing")
    strength = ""
    if memory.stability is not None and memory.difficulty is not None:
        strength = f"S={memory.stability:.4f} D={memory.difficulty:.4f} "
    return (
        f"{strength}n={memory.repetitions} EF={memory.easiness / 100:.2f} I={memory.interval_days} due={memory.due_on} "
        f"reviewed={memory.reviewed_on} lapses={memory.lapses}{' drilling' if memory.drilling else ''}"
    )
