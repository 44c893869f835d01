"""studybot learners: who learns, in figures."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from studybot.config import load_config
from studybot.core.learner import LearnerId

app = typer.Typer(help="See who learns, in figures: no names and no answers are shown.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
PREDICTORS = {"sm2": "SM-2", "fsrs": "FSRS-6", "constant": "learner's average"}
HEADINGS = ("id", "zone", "at", "reachable", "cards", "reviews", "right", "lapses", "last day")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the learners with what they have learned.

    Example: studybot learners list --json
    """
    from studybot.store.figures import all_figures

    everybody = all_figures(load_config().database_url)
    if as_json:
        _print_json([asdict(each) for each in everybody])
        return
    rows = [
        (
            each.id,
            each.zone,
            each.remind_at,
            "yes" if each.reachable else "no",
            each.cards,
            each.reviews,
            _share(each.right, each.reviews),
            each.lapses,
            each.last_day or "-",
        )
        for each in everybody
    ]
    _print_table([HEADINGS, *rows])


@app.command()
def show(learner_id: Annotated[int, typer.Argument(metavar="ID", min=1)], as_json: AsJson = False) -> None:
    """Show one learner: settings, what was learned, and how many cards are due on the coming days.

    Example: studybot learners show 1
    """
    from studybot.store.figures import figures_of

    learner, due = figures_of(load_config().database_url, LearnerId(learner_id))
    if as_json:
        _print_json(asdict(learner) | {"due": {str(each.day): each.cards for each in due}})
        return
    _print_table(
        [
            ("learner", learner.id),
            ("language", learner.language),
            ("reminder", f"{learner.remind_at} {learner.zone}, next {learner.next_reminder_at:%Y-%m-%d %H:%M} UTC"),
            ("scheduler", PREDICTORS[learner.scheduler]),
            ("reachable", "yes" if learner.reachable else "no"),
            ("cards", f"{learner.cards}, forgotten {learner.lapses} times"),
            ("reviews", f"{learner.reviews}, right {_share(learner.right, learner.reviews)}"),
            ("last day", learner.last_day or "-"),
            *((f"due {each.day}", each.cards) for each in due),
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
        _print_json(asdict(found) | {"enough": found.is_enough, "enough_from": ENOUGH})
        return
    if not found.reviews:
        typer.echo("There is nothing to compare yet: no card has come back.")
        return
    of = f"reviews {found.reviews}, cards {found.cards}, learners {found.learners}"
    typer.echo(f"{of}, remembered {found.remembered:.0%}")
    rows = [
        (PREDICTORS[name], f"{each.log_loss:.4f}", f"{each.rmse_bins:.4f}", _rounded(each.auc))
        for name, each in found.scores.items()
    ]
    _print_table([("predicted by", "log loss", "RMSE (bins)", "AUC"), *rows])
    typer.echo("Lower is better for log loss and RMSE (bins), higher for AUC, where 0.5 is chance.")
    if not found.is_enough:
        typer.echo(f"Too few reviews to tell: below {ENOUGH} of them the order may be chance.")


def _rounded(number: float | None) -> str:
    return "-" if number is None else f"{number:.4f}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def _print_table(rows: list[tuple[Any, ...]]) -> None:
    widths = [max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)]
        typer.echo("  ".join(cells).rstrip())


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
