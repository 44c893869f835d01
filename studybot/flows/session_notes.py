"""A challenge's summary as Markdown: peer-session notes, ready to stand in the day's study log.

`studybot cards draft` reads these notes again (studybot/deck/draft/session.py): what is settled gives no drafts, what
is open does. So the three headings are names that the two agree on.
"""

import re
from collections.abc import Iterator, Sequence

from studybot.core.card import Text
from studybot.core.phrase import Phrase
from studybot.core.progress import shortened
from studybot.core.show import first_line
from studybot.core.summary import Belief, PlayedCard, Summary, Take
from studybot.locale import Speech

CARDS_WE_TOOK = Phrase("Cards we took")
DISCUSSION_CARDS = Phrase("Discussion cards")
OPEN_QUESTIONS = Phrase("Open questions")

LONGEST_TAKE = 1000
LONGEST_EVIDENCE = 1500
LONGEST_ANSWER = 80

_MARKS = re.compile(r"([\\*_\[\]<>|~#$])")
_OPENING = re.compile(r"^(\d*)([#>+*=~_.)-]|\[(?=.*\]:))")
"""How lines begin that are no sentence to Markdown: a heading, an item, a rule, a fence, a link's definition."""
_CODE_SPAN = re.compile(r"(`[^`]+`)")


def file_name(summary: Summary) -> str:
    return f"{summary.day.isoformat()}-peer-session.md"


def session_notes(summary: Summary, say: Speech) -> str:
    """Return the notes in the language of `say`. People's words are kept, and cannot break the page's structure."""
    played = [card for card in summary.cards if card.ballots]
    discussions = [card for card in summary.cards if not card.ballots]
    parts = [
        f"## 👥 {say(Phrase('Peer session'))} ({summary.day.isoformat()})",
        "\n".join(_head(summary, say)),
        *_section(CARDS_WE_TOOK, [_card(number, card, say) for number, card in enumerate(played, 1)], say),
        *_section(DISCUSSION_CARDS, [_discussion(card, say) for card in discussions], say),
        *_section(OPEN_QUESTIONS, ["\n".join(f"- {one}" for one in _open(summary, say))], say),
    ]
    return "\n\n".join(parts) + "\n"


def _section(heading: Phrase, parts: Sequence[str], say: Speech) -> list[str]:
    filled = [part for part in parts if part]
    return [f"### {say(heading)}", *filled] if filled else []


def _head(summary: Summary, say: Speech) -> Iterator[str]:
    names = ", ".join(map(plain, summary.named))
    if names and summary.others:
        names = say(Phrase("{names}, and {n} more", names=names, n=summary.others))
    elif not names:
        names = say(Phrase("{n} in all", n=summary.others))
    yield f"- {say(Phrase('Who was there'))}: {names}"
    yield f"- {say(Phrase('Cards'))}: {len(summary.cards)}"
    talk = summary.discussed
    if talk.votes:
        gain = "-" if talk.gain is None else f"{float(talk.gain):.2f}"
        told = Phrase(
            "Right before the discussion {before} of {votes}, after it {after} (gain {gain})",
            before=talk.right_before,
            after=talk.right_after,
            votes=talk.votes,
            gain=gain,
        )
        yield f"- {say(told)}"


def _card(number: int, card: PlayedCard, say: Speech) -> str:
    parts = [f"#### {say(Phrase('Card {n}', n=number))}", say(card.question).strip()]
    if card.code:
        parts.append(fenced(card.code, "python"))
    if card.beliefs:
        believed = [f"    - {_belief(belief, say)}" for belief in card.beliefs]
        parts.append("\n".join([f"- **{say(Phrase('What we believed'))}**", *believed]))
    if card.shown:
        evidence = fenced(shortened(card.shown, LONGEST_EVIDENCE), "text")
        parts.append(f"- **{say(Phrase('What torch showed'))}**\n\n{_indented(evidence)}")
    if card.explanation:
        parts.append(f"- **{say(Phrase('Why'))}**\n\n{_indented(say(card.explanation).strip())}")
    return "\n\n".join(parts)


def _belief(belief: Belief, say: Speech) -> str:
    mark = "✅" if belief.right else "❌"
    count = (
        say(Phrase("votes {n}", n=belief.first))
        if belief.last is None
        else say(Phrase("votes {first} → {last}", first=belief.first, last=belief.last))
    )
    line = f"{mark} {_said(belief.said, say)}: {count}"
    return f"{line}. {one_line(say(belief.meant))}" if belief.meant else line


def _discussion(card: PlayedCard, say: Speech) -> str:
    parts = [say(card.question).strip()]
    if card.code:
        parts.append(fenced(card.code, "python"))
    if card.takes:
        parts.append("\n".join(f"- {_take(take)}" for take in card.takes))
    return "\n\n".join(parts)


def _take(take: Take) -> str:
    text = kept(shortened(one_line(take.text), LONGEST_TAKE))
    return f"**{plain(take.by)}**: {text}" if take.by else text


def _open(summary: Summary, say: Speech) -> Iterator[str]:
    """Yield what nobody could settle: the cards that were still wrong at the end, and what members asked."""
    for card in summary.cards:
        mistake = card.strongest_mistake
        if not card.is_open or mistake is None:
            continue
        values = {"question": _asked(card, say), "n": _votes(mistake), "said": _said(mistake.said, say)}
        if card.shown:
            shown = code(first_line(card.shown.strip(), LONGEST_ANSWER))
            yield say(
                Phrase("{question} {n} of us stayed with {said}, torch showed {shown}. Why?", shown=shown, **values)
            )
        else:
            yield say(Phrase("{question} {n} of us stayed with {said}, and that is wrong. Why?", **values))
    yield from (kept(shortened(one_line(question), LONGEST_TAKE)) for question in summary.asked)


def _asked(card: PlayedCard, say: Speech) -> str:
    """Return the question in one line, with the line of code it is about where the words do not name it."""
    question = one_line(say(card.question))
    lines = [line for line in card.code.splitlines() if line.strip()]
    return question if "`" in question or not lines else f"{code(lines[-1].strip())}: {question}"


def _votes(belief: Belief) -> int:
    return belief.first if belief.last is None else belief.last


def _said(said: Text | Phrase | str, say: Speech) -> str:
    return code(first_line(said, LONGEST_ANSWER)) if isinstance(said, str) else one_line(say(said))


def one_line(text: str) -> str:
    return " ".join(text.split())


def plain(text: str) -> str:
    """Return a person's name as Markdown that says just that."""
    return _MARKS.sub(r"\\\1", one_line(text)).replace("`", "\\`")


def kept(text: str) -> str:
    """Return one line of a person's words: their code stays code, and nothing in them opens a block or a tag."""
    parts = _CODE_SPAN.split(text)
    words = "".join(
        part if place % 2 else part.replace("<", "\\<").replace("`", "\\`") for place, part in enumerate(parts)
    )
    return _OPENING.sub(r"\1\\\2", words)


def code(text: str) -> str:
    """Return a text as a code span, whatever backticks it holds."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    mark = "`" * (longest + 1)
    return f"{mark} {text} {mark}" if longest else f"{mark}{text}{mark}"


def fenced(text: str, language: str) -> str:
    """Return a text as a fenced block, whatever fences it holds."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    mark = "`" * max(3, longest + 1)
    body = text.rstrip("\n")
    return f"{mark}{language}\n{body}\n{mark}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
