"""The notes of a challenge: what was played, as what is left of it in everybody's study log."""

from collections import Counter
from collections.abc import Sequence

from studybot.core.card import Text
from studybot.core.challenge import Played, Round, Vote
from studybot.core.phrase import Phrase
from studybot.core.schedule import study_day
from studybot.core.summary import Belief, PlayedCard, Summary, Take
from studybot.flows.challenge_rounds import view_of
from studybot.flows.outside import Outside
from studybot.group_ports import RoundView


async def summary_of(played: Played, *, outside: Outside) -> Summary:
    """Return the notes. Nobody is named who did not agree to it."""
    named = tuple(member.name for member in played.members if member.named)
    cards = [await _card(played, one, outside) for one in played.rounds]
    day = study_day(played.challenge.created_at, played.challenge.group.tz)
    return Summary(day, named, len(played.members) - len(named), tuple(cards))


async def _card(played: Played, one: Round, outside: Outside) -> PlayedCard:
    view = await view_of(played.challenge, one, outside=outside)
    votes = played.votes.get(one.id, ())
    names = {member.person: member.name for member in played.members if member.named}
    return PlayedCard(
        question=view.question.prompt,
        code=view.card.question(one.asked.seed).code or view.card.snippet,
        ballots=played.ballots_of(one) if votes else None,
        beliefs=_beliefs(view, votes),
        shown=view.card.evidence(one.asked.run),
        explanation=view.card.explanation.text,
        takes=tuple(Take(take.text, names.get(take.person)) for take in played.takes.get(one.id, ())),
    )


def _beliefs(view: RoundView, votes: Sequence[Vote]) -> tuple[Belief, ...]:
    """Return each answer that was given, the most frequent first, with its votes at first and in the end."""
    if view.question.form == "code":
        return ()
    first = {vote.person: vote.text for vote in votes if vote.ballot == 0}
    last = {vote.person: vote.text for vote in sorted(votes, key=lambda vote: vote.ballot)}
    right = {vote.text: vote.right is True for vote in votes}
    before, after = Counter(first.values()), Counter(last.values())
    again = len(view.round.afters) > 1
    ordered = sorted(right, key=lambda text: (-after[text], -before[text], text))
    return tuple(
        Belief(
            _said(view, text),
            right[text],
            before[text],
            after[text] if again else None,
            None if right[text] else view.card.meant(text),
        )
        for text in ordered
        if text
    )


def _said(view: RoundView, text: str) -> Text | Phrase | str:
    options = {option.key: option.label for option in view.question.options}
    labels = [options[key] for key in text.split(",") if key in options]
    if not labels:
        return text
    if len(labels) == 1:
        return labels[0]
    texts = [label for label in labels if isinstance(label, Text)]
    return Text(" / ".join(text.ko for text in texts), " / ".join(text.en for text in texts))
