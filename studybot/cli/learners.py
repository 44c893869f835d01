"""studybot learners: who learns, in figures."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from studybot.cli.language import tell
from studybot.cli.printing import bar, print_json, print_table, whole_file
from studybot.cli.sheets import AsCsv, AsHtml
from studybot.cli.sheets import show as show_sheet
from studybot.config import load_config
from studybot.core.learner import LearnerId
from studybot.core.phrase import Phrase
from studybot.errors import StudybotError

app = typer.Typer(help="See who learns, in figures: no names and no answers are shown.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
PREDICTORS = {"sm2": "SM-2", "fsrs": "FSRS-6", "constant": Phrase("learner's average")}
HEADINGS = (
    "id", Phrase("zone"), Phrase("at"), Phrase("reachable"), Phrase("cards"), Phrase("reviews"), Phrase("right"),
    Phrase("lapses"), Phrase("last day"),
)  # fmt: skip
YES, NO = Phrase("yes"), Phrase("no")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the learners with what they have learned.

    Example: studybot learners list --json
    """
    from studybot.store.figures import all_figures

    everybody = all_figures(load_config().database_url)
    if as_json:
        print_json([asdict(each) for each in everybody])
        return
    rows = [
        (
            each.id,
            each.zone,
            each.remind_at,
            YES if each.reachable else NO,
            each.cards,
            each.reviews,
            _share(each.right, each.reviews),
            each.lapses,
            each.last_day or "-",
        )
        for each in everybody
    ]
    print_table([HEADINGS, *rows])


@app.command()
def show(learner_id: Annotated[int, typer.Argument(metavar="ID", min=1)], as_json: AsJson = False) -> None:
    """Show one learner: settings, what was learned, and how many cards are due on the coming days.

    Example: studybot learners show 1
    """
    from studybot.store.figures import figures_of

    learner, due = figures_of(load_config().database_url, LearnerId(learner_id))
    if as_json:
        print_json(asdict(learner) | {"due": {str(each.day): each.cards for each in due}})
        return
    following, right = f"{learner.next_reminder_at:%Y-%m-%d %H:%M}", _share(learner.right, learner.reviews)
    print_table(
        [
            (Phrase("learner"), learner.id),
            (Phrase("language"), learner.language),
            (
                Phrase("reminder"),
                Phrase("{at} {zone}, next {next} UTC", at=learner.remind_at, zone=learner.zone, next=following),
            ),
            (Phrase("scheduler"), PREDICTORS[learner.scheduler]),
            (Phrase("reachable"), YES if learner.reachable else NO),
            (Phrase("cards"), Phrase("{n}, forgotten {lapses} times", n=learner.cards, lapses=learner.lapses)),
            (Phrase("reviews"), Phrase("{n}, right {share}", n=learner.reviews, share=right)),
            (Phrase("last day"), learner.last_day or "-"),
            *((Phrase("due {on}", on=str(each.day)), each.cards) for each in due),
        ]
    )


@app.command()
def compare(as_json: AsJson = False) -> None:
    """Compare how well the schedulers foresee what is remembered, on the bot's own reviews.

    Each review of every learner is predicted by SM-2, by FSRS-6 and by the learner's own average, whichever of them
    scheduled it. First reviews of a card, drills and early answers are left out. docs/scheduling.md says how the
    three measures are taken. Changes nothing.

    Example: studybot learners compare
    """
    from studybot.core.prediction import ENOUGH
    from studybot.core.prediction import compare as measure
    from studybot.schedulers import SCHEDULERS
    from studybot.store.log import all_logs

    found = measure(all_logs(load_config().database_url), SCHEDULERS)
    if as_json:
        print_json(asdict(found) | {"enough": found.is_enough, "enough_from": ENOUGH})
        return
    if not found.reviews:
        tell(Phrase("There is nothing to compare yet: no card has come back."))
        return
    of = Phrase("reviews {reviews}, cards {cards}, learners {learners}, remembered {share}")
    share = f"{found.remembered:.0%}"
    tell(of.filled(reviews=found.reviews, cards=found.cards, learners=found.learners, share=share))
    rows = [
        (PREDICTORS[name], f"{each.log_loss:.4f}", f"{each.rmse_bins:.4f}", _rounded(each.auc))
        for name, each in found.scores.items()
    ]
    print_table([(Phrase("predicted by"), "log loss", "RMSE (bins)", "AUC"), *rows])
    tell(Phrase("Lower is better for log loss and RMSE (bins), higher for AUC, where 0.5 is chance."))
    if not found.is_enough:
        tell(Phrase("Too few reviews to tell: below {n} of them the order may be chance.", n=ENOUGH))


def _rounded(number: float | None) -> str:
    return "-" if number is None else f"{number:.4f}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


@app.command()
def log(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV to write; - for standard output.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there.")] = False,
) -> None:
    """Write the review log as the FSRS optimiser reads it (revlog.csv): no names, no answers, no card's text.

    A learner and a card together are a number. Days begin at 4 in the optimiser's settings, in your learners' zone.

    Example: studybot learners log revlog.csv
    """
    from studybot.store.revlog import COLUMNS, revlog

    def rows() -> Iterator[str]:
        yield ",".join(COLUMNS) + "\n"
        for one in revlog(url):
            yield ",".join(str(getattr(one, name)) for name in COLUMNS) + "\n"

    url = load_config().database_url
    if str(file) == "-":
        for row in rows():
            typer.echo(row, nl=False)
        return
    if file.exists() and not overwrite:
        raise StudybotError(Phrase("{file}: exists already; choose another name, or say --overwrite", file=file))
    with bar(Phrase("writing")) as progress, whole_file(file) as stream:
        count = -1
        for row in rows():
            stream.write(row)
            progress.step()
            count += 1
    tell(Phrase("{file}: {n} reviews", file=file, n=count))


@app.command()
def stats(
    weeks: Annotated[int, typer.Option(min=1, max=520, help="How many of the last weeks.")] = 12,
    as_json: AsJson = False,
    as_csv: AsCsv = None,
    as_html: AsHtml = None,
) -> None:
    """Show all learners together: how many come, how much they answer and remember, week by week.

    Nobody is named or shown alone: the bot keeps no names of learners.

    Example: studybot learners stats --html learners.html
    """
    from studybot.cli.learner_sheet import learner_sheet
    from studybot.store.week_figures import everybody

    sheet = learner_sheet(everybody(load_config().database_url), weeks)
    show_sheet(sheet, as_json=as_json, as_csv=as_csv, as_html=as_html)
