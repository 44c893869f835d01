"""studybot cards reports: what learners say is wrong, looked at and run again."""

import asyncio
from typing import Annotated, Any

import typer

from studybot.cli.language import say, tell
from studybot.cli.printing import print_line
from studybot.config import load_config
from studybot.core.card import Rejected
from studybot.core.phrase import Phrase
from studybot.core.report import Report, ReportId
from studybot.core.run import RunResult
from studybot.core.show import ESCAPE_CODES, evidence
from studybot.errors import StudybotError
from studybot.flows.rerun import JudgedAgain, Rerun


def reports(
    report_id: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, help="One report; all if left out.")] = None,
    again: Annotated[bool, typer.Option("--rerun", help="Run it again as it was shown, and judge it again.")] = False,
    close: Annotated[bool, typer.Option("--close", help="Note that it has been dealt with.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="List closed ones, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")] = False,
) -> None:
    """List what learners reported, the oldest first: card, revision, seed, answers, what torch said, their words.

    With --rerun the card is run again as it was shown, with its revision and seed, and every answer is judged again on
    the inputs that it was judged on then.

    Exit 1 if torch or a verdict now says something else than then, 3 if the sandbox is unavailable.

    Example: studybot cards reports 1 --rerun
    """
    from studybot.store.reports import all_reports, close_report, reported

    url = load_config().database_url
    if report_id is None and (again or close):
        raise typer.BadParameter(say(Phrase("name the report: studybot cards reports ID")))
    if report_id is None:
        for report in all_reports(url):
            if everything or report.closed_at is None:
                _print(report, as_json=as_json)
        return
    found, body = reported(url, ReportId(report_id))
    if close:
        from studybot.wiring import SystemClock

        close_report(url, found.id, at=SystemClock().now())
        tell(Phrase("report {n} is closed", n=found.id), err=as_json)
    if not again:
        if not close:
            _print(found, as_json=as_json)
        return
    if body is None:
        unknown = Phrase("what revision {revision} of {card} said is not known any more")
        raise StudybotError(unknown.filled(revision=found.revision, card=found.card_id))
    made = asyncio.run(_again(found, body))
    if as_json:
        print_line(_record(found) | _rerun_record(made))
    else:
        _print(found, as_json=False)
        _print_rerun(made)
    if not made.same:
        raise typer.Exit(1)


async def _again(report: Report, body: Any) -> Rerun:
    from studybot.cli.cards import open_runner
    from studybot.flows.rerun import rerun

    async with open_runner() as runner:
        return await rerun(report, body, runner)


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        print_line(_record(report))
        return
    head = Phrase("#{n} {at} {card} revision {revision} seed {seed}")
    at = f"{report.at:%Y-%m-%d %H:%M}"
    tell(head.filled(n=report.id, at=at, card=report.card_id, revision=report.revision, seed=report.seed))
    for name, text in (
        (Phrase("answer"), report.answer),
        (Phrase("torch says"), evidence(report.run)),
        (Phrase("note"), report.note),
        (Phrase("closed"), f"{report.closed_at:%Y-%m-%d %H:%M}" if report.closed_at else ""),
    ):
        if text:
            _print_indented(f"{say(name)}: {text}")


def _print_rerun(made: Rerun) -> None:
    tell(Phrase("Again, with seed {seed}:", seed=made.report.seed))
    if made.same_run:
        tell(Phrase("  torch says the same as then"))
    else:
        _print_indented(f"{say(Phrase('torch now says'))}: {evidence(made.run) or made.run.status}")
        if made.run.torch_version != made.report.run.torch_version:
            versions = Phrase("  then torch {then}, now torch {now}")
            tell(versions.filled(then=made.report.run.torch_version, now=made.run.torch_version))
    for one in made.answers:
        verdict = Phrase("the same verdict as then") if one.same else Phrase("ANOTHER VERDICT THAN THEN")
        _print_indented(f"{one.said.text or '-'}: {_verdict(one)} ({say(verdict)})")
    if not made.answers:
        tell(Phrase("  nothing had been answered"))


def _verdict(one: JudgedAgain) -> str:
    if isinstance(one.verdict, Rejected):
        return say(one.verdict.why)
    told = say(Phrase("right") if one.verdict.right else Phrase("wrong"))
    return f"{told}: {say(one.verdict.why)}" if one.verdict.why else told


def _print_indented(text: str) -> None:
    typer.echo("  " + ESCAPE_CODES.sub("", text).replace("\n", "\n    "))


def _record(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "at": report.at.isoformat(),
        "learner": report.learner_id,
        "card": report.card_id,
        "revision": report.revision,
        "seed": report.seed,
        "answer": report.answer,
        "transcript": [{"text": said.text, "right": said.right} for said in report.transcript],
        "note": report.note,
        "told": report.told,
        "closed_at": report.closed_at and report.closed_at.isoformat(),
        "run": report.run.plain(),
    }


def _rerun_record(made: Rerun) -> dict[str, Any]:
    def judged(one: JudgedAgain) -> dict[str, Any]:
        rejected = isinstance(one.verdict, Rejected)
        right = None if isinstance(one.verdict, Rejected) else one.verdict.right
        return {"text": one.said.text, "right": right, "rejected": rejected, "why": _why(one), "same": one.same}

    run: RunResult = made.run
    return {
        "rerun": {
            "same": made.same,
            "same_run": made.same_run,
            "torch_version": run.torch_version,
            "run": run.plain(),
            "answers": [judged(one) for one in made.answers],
        }
    }


def _why(one: JudgedAgain) -> str | None:
    return None if one.verdict.why is None else str(one.verdict.why)
