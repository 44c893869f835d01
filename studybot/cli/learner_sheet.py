"""All learners together, as figures and plots."""

from typing import Any

from studybot.cli.language import say
from studybot.cli.plots import Axis, bars, from_zero, histogram
from studybot.cli.sheets import Column, Share, Sheet
from studybot.core.phrase import Phrase
from studybot.store.week_figures import Everybody, Week

COLUMNS = (
    Column("week", Phrase("week from")),
    Column("learners", Phrase("learners")),
    Column("days", Phrase("days of study")),
    Column("reviews", Phrase("reviews")),
    Column("new", Phrase("new cards")),
    Column("right", Phrase("right"), share=True),
    Column("remembered", Phrase("remembered"), share=True),
)


def learner_sheet(found: Everybody, weeks: int) -> Sheet:
    """Return the last weeks of all learners together."""
    shown = found.weeks[-weeks:]
    due, remembered = sum(week.due for week in shown), sum(week.remembered for week in shown)
    return Sheet(
        Phrase("Learners in figures"),
        COLUMNS,
        [_row(week) for week in shown],
        figures={
            "learners": (Phrase("learners"), found.learners),
            "reachable": (Phrase("reachable"), found.reachable),
            "median_cards": (Phrase("median of cards"), found.median_cards),
            "reviews": (Phrase("reviews"), sum(week.reviews for week in shown)),
            "remembered": (Phrase("remembered"), _share(remembered, due)),
            "lapses": (Phrase("lapses"), found.lapses),
            "leeches": (Phrase("leeches"), found.leeches),
        },
        notes=(Phrase("Remembered is of the cards that came back; right is of all but drills."),),
        plots=_plots(found, shown),
    )


def _row(week: Week) -> dict[str, Any]:
    return {
        "week": str(week.monday),
        "learners": week.learners,
        "days": week.days,
        "reviews": week.reviews,
        "new": week.new,
        "right": _share(week.right, week.reviews),
        "remembered": _share(week.remembered, week.due),
    }


def _plots(found: Everybody, shown: Any) -> list[tuple[Phrase, str]]:
    if not shown:
        return []
    step = max(1, len(shown) // 6)
    across = Axis(say(Phrase("weeks ago")), len(shown), 0, list(range(0, len(shown) + 1, step)), "{:.0f}")
    reviews = [(str(week.monday), float(week.reviews)) for week in shown]
    learners = [(str(week.monday), float(week.learners)) for week in shown]
    plots = [
        (Phrase("Reviews by week"), bars(reviews, across, up=say(Phrase("reviews")))),
        (Phrase("Learners by week"), bars(learners, across, up=say(Phrase("learners")))),
    ]
    if found.cards:
        cards, up = from_zero(say(Phrase("cards")), max(found.cards)), say(Phrase("learners"))
        plots.append((Phrase("How many cards people know"), histogram(found.cards, cards, bins=12, up=up)))
    return plots


def _share(part: int, whole: int) -> Share | None:
    return Share(part / whole) if whole else None
