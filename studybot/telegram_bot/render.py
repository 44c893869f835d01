"""A card as a message: as it is asked, after a wrong answer, revealed, and settled."""

from collections.abc import Collection, Sequence
from datetime import date
from html import escape

from studybot.core.card import Answer, FailedCase, GaveUp, Language, Option, Picked, Question, Verdict
from studybot.core.phrase import Phrase
from studybot.core.quiz import Showing, ShowingId
from studybot.core.schedule import Grade
from studybot.flows.answer import Revealed, Settled, TryAgain
from studybot.flows.daily_quiz import Ask, Resting
from studybot.flows.regrade import may_be_a_guess, may_be_a_typo
from studybot.flows.shown import Shown
from studybot.locale import Speech, speech
from studybot.telegram_bot.buttons import (
    DontKnow,
    GoOn,
    Guessed,
    Hint,
    MoreOf,
    Pick,
    Reveal,
    Say,
    Toggle,
    Typo,
    Undo,
)
from studybot.telegram_bot.markup import (
    clipped,
    code,
    folded,
    line_html,
    plain_block,
    quoted,
    rendered,
    to_html,
    to_plain,
)
from studybot.telegram_bot.view import Key, View

SHORT_LABEL = 24
"""Options up to this long stand on their buttons; longer ones stand in the text, with a letter each."""

LETTERS = "ABCDEFGH"
_DONT_KNOW = Phrase("I don't know")
OLD_BUTTON = Phrase("That card has passed. /today goes on where you are.")
MOST_EVIDENCE = 700
MOST_CASE = 400


def question(shown: Shown, say: Speech, *, marked: Collection[str] = ()) -> View:
    """Return a card as it is asked, with the hint once it was asked for, and the options that are `marked`."""
    tried = shown.showing.attempts > 0  # and then a hint was asked for
    note = _tries_left(TryAgain(shown), say) if tried else f"<i>{_text(shown.question.how_to_answer, say)}</i>"
    return _open_card(shown, say, note=note, marked=marked)


def asked(step: Ask, say: Speech) -> View:
    """Return a card as it is asked first, with a word to whoever comes back after a long break."""
    view = question(step.shown, say)
    if not step.welcome_back:
        return view
    hello = _text(Phrase("Good to see you again! A few cards today; the others come over the next days."), say)
    return View(_joined([f"👋 {hello}", view.html]), view.keys)


def try_again(outcome: TryAgain, say: Speech, *, beneath: bool = False) -> View:
    """Return the card, still open, after a wrong answer: what was wrong, and how many tries are left.

    `beneath` what was asked, which stays to be read there, only what is new is told.
    """
    note = _tries_left(outcome, say)
    if outcome.verdict is None or outcome.shown.question.form != "code":
        return _open_card(outcome.shown, say, note=note)
    verdict = _joined_lines([note, *_reasons(outcome.verdict, say)])
    if beneath:
        return View(_joined([_header(outcome.shown, say), verdict]), _help_row(outcome.shown, say))
    return _open_card(outcome.shown, say, verdict=verdict)


def _tries_left(outcome: TryAgain, say: Speech) -> str:
    left = outcome.tries_left
    phrase = Phrase("Not yet. You have one more try.")
    if left > 1:
        phrase = Phrase("Not yet. You have {left} more tries.", left=left)
    return f"🔁 <b>{_text(phrase, say)}</b>"


def _reasons(verdict: Verdict, say: Speech) -> list[str]:
    """Say why an answer is wrong, one line each; the failed case and what the code printed last."""
    lines = [] if verdict.why is None else [_text(verdict.why, say)]
    lines += [_text(phrase, say) for phrase in verdict.also]
    lines += [_case(verdict.case, say)] if verdict.case else []
    return [*lines, *_printed(verdict, say)]


def _printed(verdict: Verdict, say: Speech) -> list[str]:
    return [f"{_text(Phrase('It printed'), say)}\n{folded(verdict.printed)}"] if verdict.printed.strip() else []


def _case(case: FailedCase, say: Speech) -> str:
    """Show the inputs of a failed case, what was expected and what came."""
    parts = (
        (Phrase("Input"), case.given),
        (Phrase("Expected"), case.expected),
        (Phrase("Yours"), case.got),
    )
    told = [f"{_text(name, say)}\n{plain_block(clipped(text, MOST_CASE, 8))}" for name, text in parts if text]
    return "\n".join(told)


def _open_card(shown: Shown, say: Speech, *, note: str = "", verdict: str = "", marked: Collection[str] = ()) -> View:
    """Return an open card: a `verdict` stands first, a `note` last."""
    card, asked = shown.card, shown.question
    lettered = _lettered(asked.options, say)
    lines = [_header(shown, say), verdict, to_html(say(asked.prompt))]
    if asked.given:
        lines.append(f"{_text(Phrase('It is run with (drawn anew each time):'), say)}\n{code(asked.given)}")
    if asked.code:
        lines.append(code(asked.code))
    if lettered:
        lines.append("\n".join(_option_line(place, option, say) for place, option in enumerate(asked.options)))
    lines += [f"💡 {to_html(say(hint.text))}" for hint in card.hint_steps[: shown.showing.hints]]
    return View(_joined([*lines, note]), _open_keys(shown, asked, say, lettered=lettered, marked=marked))


def _open_keys(
    shown: Shown, asked: Question, say: Speech, *, lettered: bool, marked: Collection[str]
) -> tuple[tuple[Key, ...], ...]:
    showing = shown.showing
    labels = [LETTERS[place] if lettered else to_plain(say(option.label)) for place, option in enumerate(asked.options)]
    match asked.form:
        case "several":
            return _several_keys(shown, asked.options, labels, say, one_row=lettered, marked=marked)
        case "recalled":
            picks = [Key(f"👀 {say(Phrase('Show the answer'))}", Reveal(showing.id))]
        case _:
            picks = [
                Key(label, Pick(showing.id, option.key)) for label, option in zip(labels, asked.options, strict=True)
            ]
    one_row = lettered or sum(len(key.label) for key in picks) <= SHORT_LABEL
    rows = [tuple(picks)] if picks and one_row else [(key,) for key in picks]
    return (*rows, *_help_row(shown, say))


def button_meant(shown: Shown, typed: str) -> Answer | None:
    """Return what a button of an open card answers, if its label was typed, in whichever language, or its letter."""
    asked, word = shown.question, _bare(typed)
    for say in map(speech, Language):
        if asked.form != "recalled" and word == _bare(say(_DONT_KNOW)):
            return GaveUp()
        if asked.form != "one":
            continue
        if _lettered(asked.options, say) and word in (letters := [letter.casefold() for letter in LETTERS]):
            place = letters.index(word)
            return Picked(asked.options[place].key) if place < len(asked.options) else None
        for option in asked.options:
            if word == _bare(to_plain(say(option.label))):
                return Picked(option.key)
    return None


def _bare(text: str) -> str:
    """Return what is left of a label without spaces, case and the full stop at its end."""
    return "".join(text.split()).casefold().strip("`").rstrip(".!")


def _several_keys(
    shown: Shown,
    options: Sequence[Option],
    labels: Sequence[str],
    say: Speech,
    *,
    one_row: bool,
    marked: Collection[str],
) -> tuple[tuple[Key, ...], ...]:
    """Options to mark and unmark, and a button for when all are marked. The state is in the buttons."""
    keys = []
    for option, label in zip(options, labels, strict=True):
        after = sorted(set(marked) ^ {option.key})
        keys.append(Key(f"{'☑' if option.key in marked else '☐'} {label}", Toggle(shown.showing.id, ",".join(after))))
    rows = [tuple(keys)] if one_row else [(key,) for key in keys]
    if marked:
        rows.append((Key(f"✔ {say(Phrase('Done'))}", Pick(shown.showing.id, ",".join(sorted(marked)))),))
    return (*rows, *_help_row(shown, say))


def _help_row(shown: Shown, say: Speech) -> tuple[tuple[Key, ...], ...]:
    showing = shown.showing
    keys = []
    if showing.hints < len(shown.card.hint_steps):
        label = Phrase("Next hint") if showing.hints else Phrase("Hint")
        keys.append(Key(f"💡 {say(label)}", Hint(showing.id, showing.hints)))
    if shown.question.form != "recalled":  # there one looks, and says so
        keys.append(Key(say(_DONT_KNOW), DontKnow(showing.id)))
    return (tuple(keys),) if keys else ()


def revealed(outcome: Revealed, say: Speech) -> View:
    """Return the answer of a recall card, and the grades with the day on which each brings it back."""
    shown = outcome.shown
    right = shown.card.right_answer(shown.asked.run)
    lines = [_header(shown, say), to_html(say(shown.question.prompt)), f"📖 {to_html(say(right))}"]
    lines += _torch_says(shown, say)
    lines.append(quoted(to_html(say(shown.card.explanation.text))))
    lines.append(f"<i>{_text(Phrase('How well did you know it?'), say)}</i>")
    keys = [
        Key(f"{say(SELF_GRADES[grade])} · {say(_short_when(day, outcome.today))}", Say(shown.showing.id, grade))
        for grade, day in outcome.next_due.items()
    ]
    return View(_joined(lines), (tuple(keys[:2]), tuple(keys[2:])))


SELF_GRADES = {
    Grade.RECOGNISED: Phrase("Again"),
    Grade.HARD: Phrase("Hard"),
    Grade.GOOD: Phrase("Good"),
    Grade.EASY: Phrase("Easy"),
}


def _short_when(day: date, today: date) -> Phrase:
    days = (day - today).days
    return when(day, today) if days <= 1 else Phrase("{days} days", days=days)


def _torch_says(shown: Shown, say: Speech) -> list[str]:
    told = shown.card.evidence(shown.asked.run)
    if not told:
        return []
    return [f"{_text(Phrase('torch says'), say)}\n{plain_block(clipped(told, MOST_EVIDENCE))}"]


def settled(outcome: Settled, say: Speech, *, beneath: bool = False) -> View:
    """Return the card with the verdict, what torch really did, why, the grade and the next date.

    `beneath` what was asked, code that stands there is not repeated.
    """
    card, asked = outcome.shown.card, outcome.shown.question
    top = [to_html(say(asked.prompt))]
    if asked.options and _lettered(asked.options, say):
        top.append(_marked_options(outcome, asked, say))
    snippet = [code(card.snippet)] if card.snippet else []
    torch_says = _torch_says(outcome.shown, say)
    verdict = _verdict_line(outcome, say)
    explanation = rendered(say(card.explanation.text))
    body = [*top, *snippet, verdict, *torch_says]
    if asked.form == "code":  # long ones: what came of it must not be looked for
        printed = _printed(outcome.verdict, say) if outcome.verdict.right else []
        body = [verdict, *printed, *([] if beneath else [*top, *snippet]), *torch_says]
    html = _joined([_header(outcome.shown, say), *body, quoted(explanation.html), _next_line(outcome, say)])
    keys = (*_own_judgement(outcome, say), result_row(outcome.shown.showing, say))
    return View(html, keys, explanation.formulas)


def result_row(showing: Showing, say: Speech) -> tuple[Key, ...]:
    """Return the buttons under every result; practice leaves nothing to undo."""
    undo = () if showing.practice else undo_row(showing.id, say)
    return (Key(say(Phrase("Next ▸")), GoOn(showing.id)), *undo, Key("⋯", MoreOf(showing.id)))


def _own_judgement(outcome: Settled, say: Speech) -> tuple[tuple[Key, ...], ...]:
    """Let the learner say what no run can tell: that it was a guess, or a slip of the fingers."""
    showing_id = outcome.shown.showing.id
    if may_be_a_guess(outcome.shown, outcome.review):
        return ((Key(f"🎲 {say(Phrase('I guessed'))}", Guessed(showing_id)),),)
    if may_be_a_typo(outcome.shown, outcome.review):
        return ((Key(f"⌨ {say(Phrase('Only a typo'))}", Typo(showing_id)),),)
    return ()


def undo_row(showing_id: ShowingId, say: Speech) -> tuple[Key, ...]:
    """Return what stays under a result once the next card is there."""
    return (Key(f"↩ {say(Phrase('Undo'))}", Undo(showing_id)),)


def undone(say: Speech) -> View:
    """Return what is left of an answer that was taken back, where its card is not asked at once."""
    return View(f"↩ {_text(Phrase('Undone: the card is due as before.'), say)}")


def _verdict_line(outcome: Settled, say: Speech) -> str:
    review = outcome.review
    if review.right:
        return f"✅ <b>{say(Phrase('Right!'))}</b>"
    head = say(Phrase("Here is the answer.") if review.gave_up else Phrase("Not quite."))
    lines = [f"{'📖' if review.gave_up else '❌'} <b>{head}</b>", *_reasons(outcome.verdict, say)]
    right = outcome.shown.card.right_answer(outcome.shown.asked.run)
    if not isinstance(right, Phrase) and say(right) == outcome.shown.card.evidence(outcome.shown.asked.run):
        return "\n".join(lines)  # torch says it below, word for word
    if isinstance(right, Phrase):
        told = f"<b>{_text(right, say)}</b>"
    else:
        told = code(say(right)) if outcome.shown.question.form == "code" else _answer(say(right))
    lines.append(f"{_text(Phrase('Answer:'), say)} {told}")
    return "\n".join(lines)


def _answer(right: str) -> str:
    return plain_block(clipped(right, MOST_EVIDENCE)) if "\n" in right else to_html(_as_code(right))


def _as_code(text: str) -> str:
    """Show values as code, and leave sentences (options with their own marks) as they are."""
    sentence = " " in text.strip() and not text.startswith(("tensor(", "[", "(", "torch.Size("))
    return text if sentence or "`" in text else f"`{text}`"


def _next_line(outcome: Settled, say: Speech) -> str:
    review = outcome.review
    if outcome.shown.showing.practice:
        return say(Phrase("Practice: nothing was graded, and no date has moved."))
    if outcome.is_leech:
        coming = say(Phrase("Forgotten {n} times: it rests now, and its author was told.", n=review.after.lapses))
    elif outcome.again_today:
        coming = say(Phrase("It comes back later today."))
    else:
        coming = say(Phrase("Next: {when}", when=when(review.after.due_on, review.day)))
    stars = "●" * int(review.grade) + "○" * (5 - int(review.grade))
    return f"{stars} {say(Phrase('grade {grade} of 5', grade=int(review.grade)))} · {coming}"


def when(day: date, today: date) -> Phrase:
    """Return a day as one says it today."""
    days = (day - today).days
    if days == 0:
        return Phrase("today")
    if days == 1:
        return Phrase("tomorrow")
    return Phrase("in {days} days, {day}", days=days, day=day)


def resting(step: Resting, say: Speech) -> View:
    """Return our apology when no snippet can run: nothing is graded."""
    text = Phrase("The code is resting right now; that is our fault. Nothing was graded, and your cards stay due.")
    if step.place is not None:
        text = Phrase(
            "Many are waiting; your place would be {place}. Nothing was graded: try again in a moment.",
            place=step.place,
        )
    return View(f"😴 {_text(text, say)}", ((Key(say(Phrase("Try again")), GoOn()),),))


def moved(say: Speech) -> View:
    """Return what is left in the place of a card that is shown in another message now."""
    return View(f"↕️ <i>{_text(Phrase('This card goes on in another message.'), say)}</i>")


def _header(shown: Shown, say: Speech) -> str:
    drill = f" · 🔁 {_text(Phrase('again'), say)}" if shown.showing.drill else ""
    return f"<b>{shown.number}/{shown.total}</b> · {to_html(say(shown.title))}{drill}"


def _text(phrase: Phrase, say: Speech) -> str:
    return escape(say(phrase), quote=False)


def _marked_options(outcome: Settled, asked: Question, say: Speech) -> str:
    """List the options again, the right one and the one picked marked."""
    right = outcome.shown.card.right_keys(outcome.shown.asked.run)
    picked = set((outcome.picked or "").split(","))
    lines = []
    for place, option in enumerate(asked.options):
        mark = "✅ " if option.key in right else "❌ " if option.key in picked else ""
        lines.append(f"{mark}{_option_line(place, option, say)}")
    return "\n".join(lines)


def _option_line(place: int, option: Option, say: Speech) -> str:
    return f"<b>{LETTERS[place]}</b>  {line_html(say(option.label))}"


def _lettered(options: Sequence[Option], say: Speech) -> bool:
    return any(len(say(option.label)) > SHORT_LABEL or "`" in say(option.label) for option in options)


def _joined_lines(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
