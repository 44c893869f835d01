"""studybot challenges: what groups played, in figures."""

from dataclasses import asdict
from typing import Annotated

import typer

from studybot.cli.printing import print_json, print_table
from studybot.cli.sheets import AsCsv, AsHtml
from studybot.cli.sheets import show as show_sheet
from studybot.config import load_config
from studybot.core.challenge import TEAMS, ChallengeId
from studybot.core.phrase import Phrase

app = typer.Typer(help="See what groups played, in figures: no names and no answers are shown.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
HEADINGS = (
    "id", Phrase("group"), Phrase("mode"), Phrase("stage"), Phrase("begun (UTC)"), Phrase("members"), Phrase("cards"),
)  # fmt: skip
ROUND_HEADINGS = (Phrase("card"), Phrase("right, vote by vote"), Phrase("takes"), Phrase("messages and edits"))


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the challenges, the latest first.

    Example: studybot challenges list --json
    """
    from studybot.store.challenge_figures import all_challenges

    found = all_challenges(load_config().database_url)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    rows = [
        (each.id, each.group_id, each.mode, each.stage, f"{each.created_at:%Y-%m-%d %H:%M}", each.members, each.rounds)
        for each in found
    ]
    print_table([HEADINGS, *rows])


@app.command()
def show(challenge_id: Annotated[int, typer.Argument(metavar="ID", min=1)], as_json: AsJson = False) -> None:
    """Show one challenge: its cards, how many were right in each vote, and what the discussions brought.

    Example: studybot challenges show 1
    """
    from studybot.store.challenge_figures import challenge_figures

    found = challenge_figures(load_config().database_url, ChallengeId(challenge_id))
    if as_json:
        print_json(asdict(found))
        return
    of = found.challenge
    print_table(
        [
            (Phrase("challenge"), of.id),
            (Phrase("group"), of.group_id),
            (Phrase("mode"), of.mode),
            (Phrase("stage"), of.stage),
            (Phrase("begun (UTC)"), f"{of.created_at:%Y-%m-%d %H:%M}"),
            (Phrase("members"), of.members),
            (Phrase("gain"), "-" if found.gain is None else f"{found.gain:.2f}"),
        ]
    )
    votes = [" → ".join(f"{ballot.right}/{ballot.votes}" for ballot in one.ballots) for one in found.rounds]
    rows = [
        (one.card_id, shares, one.takes or "-", one.operations) for one, shares in zip(found.rounds, votes, strict=True)
    ]
    if rows:
        typer.echo()
        print_table([ROUND_HEADINGS, *rows])


@app.command()
def stats(as_json: AsJson = False, as_csv: AsCsv = None, as_html: AsHtml = None) -> None:
    """Show all challenges together: how many were right before and after a hint or a discussion, card by card.

    Nobody is named: names are kept only for the groups in which they were given.

    Example: studybot challenges stats --html challenges.html
    """
    from studybot.cli.challenge_sheet import challenge_sheet
    from studybot.store.challenge_figures import all_challenges, challenge_figures

    url = load_config().database_url
    alone = [each.id for each in all_challenges(url) if each.mode not in TEAMS]
    played = [challenge_figures(url, challenge_id) for challenge_id in alone]
    show_sheet(challenge_sheet(played), as_json=as_json, as_csv=as_csv, as_html=as_html)
