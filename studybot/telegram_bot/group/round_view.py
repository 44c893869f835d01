"""A round as messages: the question with its hidden votes, the question as it was decided, and the evidence."""

from collections import Counter
from collections.abc import Collection, Sequence
from html import escape

from studybot.core.ballot import Follow, MemberId
from studybot.core.card import Option
from studybot.core.challenge import Counted, tally
from studybot.core.peer_instruction import came_round
from studybot.core.phrase import Phrase
from studybot.core.variant import shuffled
from studybot.flows.modes import cards_of
from studybot.group_ports import Evidence, RoundView
from studybot.locale import Speech
from studybot.telegram_bot.group.buttons import CastVote, OfChallenge, OfRound
from studybot.telegram_bot.group.lobby_view import names, text
from studybot.telegram_bot.group.turn_view import relay_line, turn_lines
from studybot.telegram_bot.markup import clipped, code, line_html, plain_block, quoted, rendered, to_html, to_plain
from studybot.telegram_bot.view import Key, Link, View

SHORT_LABEL = 24
LETTERS = "ABCDEFGH"
MOST_EVIDENCE = 600
MOST_CODE = 900
MOST_EXPLANATION = 1400
MOST_WRONG = 4
BAR = 8


def question(view: RoundView, say: Speech, *, counted: Counted | None = None, link: str = "") -> View:
    """Return the question of a ballot; `counted` are the votes so far, `link` leads to a private chat."""
    lines = [header(view, say), *_called_for(view, say), *turn_lines(view, say), *asked(view, say)]
    if view.question.form == "none":
        lines.append(f"<i>{text(Phrase('Say what you think: reply to this message in a sentence or two.'), say)}</i>")
    elif view.question.is_typed:
        where = Phrase("Reply to this message, or answer in private.")
        lines.append(f"<i>{text(view.question.how_to_answer, say)}\n{text(where, say)}</i>")
    else:
        lines.append(f"<i>{text(view.question.how_to_answer, say)}</i>")
    if view.question.form != "none" and view.turn is None:
        lines.append(count_line(view, counted, say))
    return View(joined(lines), _keys(view, say, link))


def count_line(view: RoundView, counted: Counted | None, say: Speech) -> str:
    if counted is None:
        return f"🗳 {text(Phrase('Votes are hidden, and can be changed until the close.'), say)}"
    return f"🗳 {text(Phrase('{votes} of {members} have voted.', votes=counted.votes, members=counted.members), say)}"


def _called_for(view: RoundView, say: Speech) -> list[str]:
    """Say why there is another ballot. It tells no shares: they would tell which answer leads."""
    match view.round.afters[-1]:
        case Follow.HINT:
            lines = [f"💡 <b>{text(Phrase('Not many had it. A hint, and then vote again:'), say)}</b>", hint(view, say)]
            return ["\n".join(lines)]
        case Follow.DISCUSS:
            told = Phrase("You do not agree. Convince your neighbour, then vote again. Silence keeps a vote.")
            return [f"🗣 <b>{text(told, say)}</b>"]
        case _:
            return []


def hint(view: RoundView, say: Speech) -> str:
    """Return the card's own hint; without one, an option that is surely wrong; else where to look."""
    steps = view.card.hint_steps
    if steps:
        return to_html(say(steps[0].text))
    options, right = view.question.options, view.card.right_keys(view.round.asked.run)
    wrong = [option for option in options if option.key not in right]
    if len(options) > 2 and wrong:
        one = shuffled(wrong, view.round.asked.seed, lambda option: option.key)[0]
        place = options.index(one)
        name = LETTERS[place] if is_lettered(options, say) else to_plain(say(one.label))
        return text(Phrase("{option} is wrong.", option=name), say)
    return text(Phrase("Go through the code line by line, and say what each name holds."), say)


def asked(view: RoundView, say: Speech) -> list[str]:
    shown = view.question
    lines = [to_html(say(shown.prompt))]
    if shown.given:
        lines.append(f"{text(Phrase('It is run with (drawn anew each time):'), say)}\n{code(shown.given)}")
    if shown.code:
        lines.append(code(shown.code))
    if is_lettered(shown.options, say):
        lines.append("\n".join(_option(place, option, say) for place, option in enumerate(shown.options)))
    return lines


def _keys(view: RoundView, say: Speech, link: str) -> tuple[tuple[Key, ...], ...]:
    rows = list(pick_keys(view, say))
    if not rows and link:
        rows.append((Key(f"✍ {say(Phrase('Answer in private'))}", Link(link)),))
    rows.append((Key(f"⏹ {say(Phrase('Close the vote'))} 👑", OfRound("close", view.round.id, view.round.ballot)),))
    return tuple(rows)


def pick_keys(view: RoundView, say: Speech) -> tuple[tuple[Key, ...], ...]:
    """Return the buttons that vote; none where the answer is typed."""
    shown, one = view.question, view.round
    lettered = is_lettered(shown.options, say)
    picks = [
        Key(LETTERS[place] if lettered else to_plain(say(option.label)), CastVote(one.id, one.ballot, option.key))
        for place, option in enumerate(shown.options)
    ]
    one_row = lettered or sum(len(key.label) for key in picks) <= SHORT_LABEL
    return (tuple(picks),) if picks and one_row else tuple((key,) for key in picks)


def decided(evidence: Evidence, say: Speech) -> View:
    """Return the question once its votes are open: what was chosen how often, and what is right."""
    view = evidence.view
    lines = [header(view, say), *asked(view, say)]
    if view.question.form != "none":
        lines.append(_chosen(evidence, say))
    return View(joined(lines))


def _chosen(evidence: Evidence, say: Speech) -> str:
    view = evidence.view
    counts = tally(evidence.votes)
    if not counts:
        return text(Phrase("Nobody voted."), say)
    if view.program:
        return ""
    right = view.card.right_keys(view.round.asked.run)
    if view.question.form == "several":
        counts = Counter({option.key: _picked(counts, option.key) for option in view.question.options})
    if view.question.options:
        lettered = is_lettered(view.question.options, say)
        most = max(counts.values(), default=1) or 1
        lines = []
        for place, option in enumerate(view.question.options):
            label = f"<b>{LETTERS[place]}</b>" if lettered else escape(to_plain(say(option.label)), quote=False)
            bar = "▇" * round(BAR * counts[option.key] / most)
            lines.append(f"{'✅' if option.key in right else '▫️'} {label} {bar} {counts[option.key]}")
        return "\n".join(lines)
    return _typed_answers(evidence, say)


def _picked(counts: Counter[str], key: str) -> int:
    return sum(number for keys, number in counts.items() if key in keys.split(","))


def _typed_answers(evidence: Evidence, say: Speech) -> str:
    right = {vote.text: vote.right for vote in evidence.votes}
    if evidence.view.question.form == "code":
        passed = sum(is_right is True for is_right in right.values())
        return f"✅ {passed} · ❌ {len(right) - passed}"
    lines = [
        f"{'✅' if right[answer] else '❌'} <code>{escape(clipped(answer, 60, 1), quote=False)}</code> {number}"
        for answer, number in tally(evidence.votes).most_common(6)
    ]
    return "\n".join(lines)


def evidence(shown: Evidence, say: Speech, *, last: bool) -> View:
    """Return what torch shows, who came round, why each wrong option is wrong, and the explanation."""
    view, card, run = shown.view, shown.view.card, shown.view.round.asked.run
    told = card.evidence(run)
    lines = [f"🔬 {header(view, say)}"]
    if card.snippet and not view.question.code:  # the code of a claim would have told the answer
        lines.append(code(clipped(card.snippet, MOST_CODE, 30)))
    if told:
        lines.append(f"{text(Phrase('torch says'), say)}\n{plain_block(clipped(told, MOST_EVIDENCE))}")
    if view.question.form != "none":
        lines.append(_right_answer(shown, say))
        lines.append("\n".join(_figures(shown, say)))
        lines.append(_wrong_ones(shown, say))
    else:
        n = len(shown.played.takes.get(view.round.id, ()))
        lines.append(text(Phrase("Takes kept for the notes: {n}.", n=n), say))
    explanation = rendered(say(card.explanation.text))
    lines.append(quoted(explanation.html))
    following = Phrase("To the result") if last else Phrase("Next card")
    keys = (
        (
            Key(f"{say(following)} ▸ 👑", OfRound("next", view.round.id)),
            Key(f"⏸ {say(Phrase('More time'))}", OfRound("wait", view.round.id)),
        ),
    )
    ending = () if last else ((Key(f"🏁 {say(Phrase('End here'))} 👑", OfChallenge("end", view.challenge.id)),),)
    return View(joined(lines), (*keys, *ending), explanation.formulas)


def _right_answer(shown: Evidence, say: Speech) -> str:
    card, run = shown.view.card, shown.view.round.asked.run
    right = card.right_answer(run)
    if shown.view.question.form == "code":
        return f"{text(Phrase('One that is right:'), say)}\n{code(clipped(say(right), MOST_EVIDENCE, 20))}"
    said = escape(say(right), quote=False) if isinstance(right, Phrase) else to_html(f"{say(right)}")
    return f"✅ {text(Phrase('Answer:'), say)} <b>{said}</b>"


def _figures(shown: Evidence, say: Speech) -> list[str]:
    ballots = shown.played.ballots_of(shown.view.round)
    if not ballots.first.voters and not ballots.last.voters:
        return []
    if shown.view.program:
        return [relay_line(shown, say)]
    first, last = ballots.first, ballots.last
    lines = []
    if len(ballots.ballots) == 1:
        lines.append(text(Phrase("Right: {right} of {n}.", right=len(first.right), n=len(first.voters)), say))
    else:
        moved = Phrase(
            "Right: {before} of {n} at first, {after} of {m} in the end.",
            before=len(first.right),
            n=len(first.voters),
            after=len(last.right),
            m=len(last.voters),
        )
        lines.append(text(moved, say))
    if came := came_round(first, last):
        lines.append(f"🔄 {text(Phrase('From wrong to right: {names}', names=_names(shown, came, say)), say)}")
    if shown.view.question.form == "code" and (passed := _first_to_pass(shown)) is not None:
        lines.append(f"🥇 {text(Phrase('First to pass: {names}', names=_names(shown, {passed}, say)), say)}")
    return lines


def _first_to_pass(shown: Evidence) -> MemberId | None:
    passed = [vote for vote in shown.votes if vote.right]
    return min(passed, key=lambda vote: vote.at).person if passed else None


def _names(shown: Evidence, people: Collection[MemberId], say: Speech) -> str:
    members = [member for member in shown.played.members if member.person in people]
    return names(members, say)


def _wrong_ones(shown: Evidence, say: Speech) -> str:
    """Say of each wrong option, or each wrong answer that was typed, what it would have meant."""
    view = shown.view
    right = view.card.right_keys(view.round.asked.run)
    lettered = is_lettered(view.question.options, say)
    lines = []
    for place, option in enumerate(view.question.options):
        meant = view.card.meant(option.key)
        if option.key not in right and meant is not None:
            label = LETTERS[place] if lettered else to_plain(say(option.label))
            lines.append(f"❌ {escape(label, quote=False)}: {line_html(say(meant))}")
    return "\n".join(lines[:MOST_WRONG])


def header(view: RoundView, say: Speech) -> str:
    total = max(cards_of(view.challenge), view.number)
    return f"<b>{view.number}/{total}</b> · {to_html(say(view.title))}"


def _option(place: int, option: Option, say: Speech) -> str:
    return f"<b>{LETTERS[place]}</b>  {line_html(say(option.label))}"


def is_lettered(options: Sequence[Option], say: Speech) -> bool:
    """Return whether options are too long, or need marks, to stand on their buttons."""
    return any(len(say(option.label)) > SHORT_LABEL or "`" in say(option.label) for option in options)


def joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
