"""The lobby of a challenge as a message: who is in, by which rules, and the menus that change them."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from studybot.core.card import Language
from studybot.core.challenge import CARD_NUMBERS, NOBODY, VOTE_SECONDS, Challenge, Member, Stage
from studybot.core.phrase import Phrase
from studybot.flows.modes import MODES
from studybot.group_ports import Lobby
from studybot.locale import Speech
from studybot.telegram_bot.group.buttons import OfChallenge, PassOn, SetRule
from studybot.telegram_bot.markup import to_plain
from studybot.telegram_bot.view import Key, View

MOST_NAMES = 20
MOST_HEIRS = 24
LONGEST_NAME = 32


def lobby(shown: Lobby, say: Speech) -> View:
    """Return the lobby while it waits, and what is left of it afterwards."""
    challenge = shown.challenge
    here = [member for member in shown.members if member.here]
    moderator = next((member for member in here if member.person == challenge.moderator), None)
    lines = [f"🧩 <b>{text(Phrase('A challenge together'), say)}</b>", rules_line(shown, say)]
    if moderator is not None:
        lines.append(text(Phrase("👑 {name} moderates.", name=name_of(moderator)), say))
    elif challenge.stage is Stage.LOBBY:
        lines.append(text(Phrase("👑 Nobody moderates: anybody who is in may begin."), say))
    lines.append(text(Phrase("✋ In: {names} ({n})", names=names(here, say), n=len(here)), say))
    match challenge.stage:
        case Stage.LOBBY:
            lines.append(f"<i>{text(Phrase('Begins when all are in, or when the moderator presses Start.'), say)}</i>")
            return View("\n".join(lines), _keys(challenge, say))
        case Stage.CALLED_OFF:
            lines.append(text(Phrase("Called off. /challenge opens another one."), say))
        case Stage.PLAYING | Stage.OVER:
            lines.append(text(Phrase("▶ It has begun. Who votes is in."), say))
    return View("\n".join(lines))


def _keys(challenge: Challenge, say: Speech) -> tuple[tuple[Key, ...], ...]:
    of = challenge.id
    return (
        (
            Key(f"✋ {say(Phrase('Join'))}", OfChallenge("join", of)),
            Key(say(Phrase("Leave")), OfChallenge("leave", of)),
        ),
        (
            Key(f"⚙ {say(Phrase('Rules'))}", OfChallenge("rules", of)),
            Key(f"👑 {say(Phrase('Pass on'))}", OfChallenge("heirs", of)),
        ),
        (
            Key(f"🖊 {say(Phrase('Name me in the notes'))}", OfChallenge("named", of)),
            Key(f"✖ {say(Phrase('Call off'))}", OfChallenge("cancel", of)),
        ),
        (Key(f"▶ {say(Phrase('Start'))}", OfChallenge("start", of)),),
    )


def rules(shown: Lobby, say: Speech) -> View:
    """Return the menu of the rules, what is chosen marked."""
    challenge, chosen = shown.challenge, shown.challenge.rules
    other = Language.EN if say.language is Language.KO else Language.KO
    played = {n: MODES[chosen.mode].cards(replace(chosen, cards=n)) for n in CARD_NUMBERS}  # two play even numbers
    cards = [
        Key(
            marked(say(Phrase("cards: {n}", n=played[n])), on=n == chosen.cards), SetRule(challenge.id, "cards", str(n))
        )
        for n in CARD_NUMBERS
        if len(set(played.values())) > 1
    ]
    seconds = [
        Key(marked(say(Phrase("{n} s", n=n)), on=n == chosen.vote_seconds), SetRule(challenge.id, "seconds", str(n)))
        for n in VOTE_SECONDS
    ]
    modes = [
        Key(marked(say(way.name), on=mode is chosen.mode), SetRule(challenge.id, "mode", mode.value))
        for mode, way in MODES.items()
    ]
    topics = Key(f"📚 {say(Phrase('Topics'))}", OfChallenge("topics", challenge.id))
    language = Key("🌐 한국어 / English", SetRule(challenge.id, "language", other.value))
    head = f"⚙ <b>{text(Phrase('The rules of this challenge'), say)}</b>\n{rules_line(shown, say)}"
    choices = (tuple(cards), tuple(seconds), tuple(modes[:3]), tuple(modes[3:]), (topics, language))
    rows = [row for row in choices if row]
    return View(head, (*rows, (_back(challenge, say),)))


def topics(shown: Lobby, say: Speech) -> View:
    """Return the menu of the topics; none chosen means all."""
    challenge, chosen = shown.challenge, shown.challenge.rules.topics
    keys = [
        Key(marked(to_plain(say(title)), on=slug in chosen), SetRule(challenge.id, "topic", slug))
        for slug, title in shown.known.items()
        if len(f"cq:{challenge.id}:topic:{slug}".encode()) <= 64
    ][:60]
    rows = [tuple(keys[place : place + 2]) for place in range(0, len(keys), 2)]
    every = Key(marked(say(Phrase("All topics")), on=not chosen), SetRule(challenge.id, "topic", "*"))
    return View(f"📚 <b>{text(Phrase('Which topics?'), say)}</b>", ((every,), *rows, (_back(challenge, say),)))


def heirs(shown: Lobby, say: Speech) -> View:
    """Return the menu of those who could moderate."""
    challenge = shown.challenge
    others = [member for member in shown.members if member.here and member.person not in {challenge.moderator, NOBODY}]
    keys = [Key(name_of(member), PassOn(challenge.id, member.person)) for member in others[:MOST_HEIRS]]
    rows = [tuple(keys[place : place + 2]) for place in range(0, len(keys), 2)]
    asked = Phrase("Who moderates?") if others else Phrase("Nobody else is in yet.")
    return View(f"👑 <b>{text(asked, say)}</b>", (*rows, (_back(challenge, say),)))


def rules_line(shown: Lobby, say: Speech) -> str:
    rules = shown.challenge.rules
    chosen = [to_plain(say(shown.known[slug])) for slug in rules.topics if slug in shown.known]
    topics = ", ".join(chosen[:4]) + (" …" if len(chosen) > 4 else "") if chosen else say(Phrase("all topics"))
    mode = MODES[rules.mode]
    line = Phrase(
        "Cards: {cards} · {topics} · {pace} · {mode}",
        cards=mode.cards(rules),
        topics=topics,
        pace=mode.pace(rules),
        mode=mode.name,
    )
    return text(line, say)


def names(members: Sequence[Member], say: Speech) -> str:
    """Return names for a sentence, not escaped; of many the first ones."""
    if not members:
        return say(Phrase("nobody yet"))
    told = ", ".join(name_of(member) for member in members[:MOST_NAMES])
    left = len(members) - MOST_NAMES
    return told if left <= 0 else say(Phrase("{names}, and {n} more", names=told, n=left))


def name_of(member: Member) -> str:
    return plain_name(member.name)


def plain_name(name: str) -> str:
    """Return a name in one short line, without marks that turn the text around it; it is not escaped."""
    plain = "".join(mark for mark in name if mark.isprintable() and mark not in _TURNING).strip()
    return f"{plain[:LONGEST_NAME]}…" if len(plain) > LONGEST_NAME else plain or "?"


_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def marked(label: str, *, on: bool) -> str:
    return f"✓ {label}" if on else label


def text(phrase: Phrase, say: Speech) -> str:
    return escape(say(phrase), quote=False)


def _back(challenge: Challenge, say: Speech) -> Key:
    return Key(f"◂ {say(Phrase('Back'))}", OfChallenge("back", challenge.id))
