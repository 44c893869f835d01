"""A learner's progress on one sheet: what was done, what is coming, what holds, and what does not hold yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from studybot.core.card import Language
from studybot.core.phrase import Phrase
from studybot.core.progress import FORECAST_DAYS, TARGET, WEEKS, Progress, TopicShare, WeakCard
from studybot.locale import Speech, speech
from studybot.pictures.sheet import (
    BLUE,
    INK,
    INNER,
    MARGIN,
    MUTED,
    ORANGE,
    PALE,
    WHITE,
    WIDTH,
    Point,
    Sheet,
    fitted,
    one_at_a_time,
    text_width,
)

NOTHING = "#E9E6DD"
SHADES = ("#BCDCF0", "#6CAEDB", "#1F7DBB", "#0B3F66")
BOUNDS = (1, 8, 16, 32)
"""From so many answers on, a day has the shade of that place: one colour, ever darker, so that hue tells nothing."""

TITLE, HEADING, LABEL, SMALL, FIGURE = 64.0, 44.0, 36.0, 32.0, 74.0
EDGE = WIDTH - MARGIN
TILES, GAP = 158.0, 52.0
HEAT_LABELS, CELL_GAP = 74.0, 5.0
CELL = (INNER - HEAT_LABELS) / WEEKS
BARS = 170.0
FEW = 5  # a day with one card must not look like a full one
TOPIC_ROW, TOPIC_NAMES, TOPIC_FIGURES = 62.0, 590.0, 276.0
WEAK_ROW, DOT = 100.0, 30.0


@dataclass(frozen=True, slots=True)
class Day:
    """A day's square in the heat map, by its top left corner; `shade` is None where nothing was answered."""

    day: date
    corner: Point
    shade: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the forecast: it stands on the ground line, `height` high."""

    left: float
    height: float
    cards: int


def progress_picture(progress: Progress, language: Language) -> bytes:
    """Draw progress as a PNG of 1280 pixels' width. Raises NoPicture where the fonts are missing."""
    with one_at_a_time:
        return _drawn(progress, speech(language))


def shade_of(answers: int) -> int | None:
    """Return the shade of a day with so many answers, None for none."""
    return sum(answers >= bound for bound in BOUNDS) - 1 if answers > 0 else None


def heat_map(progress: Progress, top: float) -> list[Day]:
    """Return the squares from the first Monday to today: a column for each week, Monday on top."""
    days = [progress.since + timedelta(days=number) for number in range((progress.today - progress.since).days + 1)]
    return [
        Day(
            day,
            (MARGIN + HEAT_LABELS + number // 7 * CELL, top + number % 7 * CELL),
            shade_of(progress.answers.get(day, 0)),
        )
        for number, day in enumerate(days)
    ]


def forecast(progress: Progress) -> list[Bar]:
    """Return a bar for each of the coming days; the highest fills the room there is."""
    step = INNER / FORECAST_DAYS
    highest = max(*progress.due, FEW)
    return [
        Bar(MARGIN + number * step, BARS * cards / highest if cards else 0.0, cards)
        for number, cards in enumerate(progress.due)
    ]


def _drawn(progress: Progress, say: Speech) -> bytes:
    height = _height(progress)
    sheet = Sheet(height)
    sheet.text((MARGIN, 88), say(Phrase("My progress")), TITLE, face="bold")
    sheet.text((EDGE, 92), say.day(progress.today), LABEL, color=MUTED, align="right")
    y = _tiles(sheet, progress, 150, say)
    y = _heat(sheet, progress, y + GAP, say)
    y = _forecast(sheet, progress, y + GAP, say)
    if progress.topics:
        y = _topics(sheet, progress.topics, y + GAP, say)
    if progress.weakest:
        _weakest(sheet, progress.weakest, y + GAP, say)
    return sheet.png()


def _height(progress: Progress) -> float:
    height = 150 + TILES + GAP + 116 + 7 * CELL + 66 + GAP + 112 + BARS + 60
    if progress.topics:
        height += GAP + 90 + len(progress.topics) * TOPIC_ROW
    if progress.weakest:
        height += GAP + 62 + len(progress.weakest) * WEAK_ROW
    return height + 50


def _heading(sheet: Sheet, y: float, title: Phrase, note: Phrase | None, say: Speech) -> None:
    told = say(title)
    sheet.text((MARGIN, y), told, HEADING, face="bold")
    if note is not None:
        room = INNER - text_width(told, HEADING, "bold") - 30
        shortened, size = fitted(say(note), LABEL, "plain", width=room, least=26)
        sheet.text((EDGE, y + 4), shortened, size, color=MUTED, align="right")


def _tiles(sheet: Sheet, progress: Progress, top: float, say: Speech) -> float:
    """Draw the four figures that say most."""
    share = progress.share
    tiles = [
        (f"{sum(progress.answers.values()):,}", Phrase("answers")),
        (f"{len(progress.answers):,}", Phrase("days of study")),
        (f"{progress.cards:,}", Phrase("cards met")),
        ("–" if share is None else f"{share:.0%}", Phrase("right at first")),
    ]
    gap = 20.0
    width = (INNER - gap * (len(tiles) - 1)) / len(tiles)
    for place, (figure, label) in enumerate(tiles):
        left = MARGIN + place * (width + gap)
        sheet.box((left, top), (width, TILES), fill=WHITE, edge=NOTHING, line=2, radius=18)
        short, size = fitted(figure, FIGURE, "bold", width=width - 40, least=40)
        sheet.text((left + width / 2, top + 60), short, size, face="bold", color=BLUE, align="center")
        told, size = fitted(say(label), LABEL, "plain", width=width - 30, least=26)
        sheet.text((left + width / 2, top + 122), told, size, color=MUTED, align="center")
    return top + TILES


def _heat(sheet: Sheet, progress: Progress, top: float, say: Speech) -> float:
    _heading(sheet, top + 20, Phrase("Answers a day"), Phrase("the last 26 weeks"), say)
    first = top + 116
    side = CELL - CELL_GAP
    for place in (0, 2, 4, 6):
        day = progress.since + timedelta(days=place)
        sheet.text((MARGIN, first + place * CELL + side / 2), say.weekday(day), 28, color=MUTED)
    free = 0.0
    for one in heat_map(progress, first):
        x, y = one.corner
        fill = NOTHING if one.shade is None else SHADES[one.shade]
        today = one.day == progress.today
        sheet.box((x, y), (side, side), fill=fill, edge=ORANGE if today else fill, line=4 if today else 0, radius=7)
        begins = one.day.weekday() == 0 and (one.day.day <= 7 or one.day == progress.since)
        crowded = one.day == progress.since and one.day.day > 14  # the next month's name follows at once
        if begins and not crowded and x >= free:
            month = say.month(one.day)
            sheet.text((x, first - 26), month, SMALL, color=MUTED)
            free = x + text_width(month, SMALL) + 16
    below = first + 7 * CELL
    _shades(sheet, below + 36, say)
    return below + 66


def _shades(sheet: Sheet, y: float, say: Speech) -> None:
    """Say what the shades mean: from how many answers on."""
    side, x = 30.0, MARGIN + HEAT_LABELS
    labels = ["0", *(f"{low}–{high - 1}" for low, high in pairwise(BOUNDS)), f"{BOUNDS[-1]}+"]
    for fill, label in zip((NOTHING, *SHADES), labels, strict=True):
        sheet.box((x, y - side / 2), (side, side), fill=fill, edge=fill, line=0, radius=6)
        sheet.text((x + side + 12, y), label, SMALL, color=MUTED)
        x += side + 12 + text_width(label, SMALL) + 36


def _forecast(sheet: Sheet, progress: Progress, top: float, say: Speech) -> float:
    total = sum(progress.due)
    note = Phrase("cards in the coming 30 days: {n}", n=f"{total:,}")
    _heading(sheet, top + 20, Phrase("Coming up"), note, say)
    ground = top + 112 + BARS
    bars = forecast(progress)
    width = INNER / FORECAST_DAYS - 7
    peak = max(range(FORECAST_DAYS), key=lambda number: progress.due[number])
    for number, bar in enumerate(bars):
        if bar.cards:
            height = max(bar.height, 5.0)
            radius = min(7.0, height / 2)
            color = BLUE if number == 0 else SHADES[1]
            sheet.box((bar.left, ground - height), (width, height), fill=color, edge=color, line=0, radius=radius)
        if bar.cards and number in {0, peak}:
            sheet.text(
                (bar.left + width / 2, ground - bar.height - 26), f"{bar.cards:,}", SMALL, face="bold", align="center"
            )
    sheet.way([(MARGIN, ground + 2), (EDGE, ground + 2)], color=PALE, line=2, head=0)
    sheet.text((MARGIN, ground + 34), say(Phrase("today")), SMALL, color=INK, face="bold")
    for number in range(7, FORECAST_DAYS, 7):
        day = progress.today + timedelta(days=number)
        sheet.text(
            (bars[number].left + width / 2, ground + 34), f"{day.month}/{day.day}", SMALL, color=MUTED, align="center"
        )
    return ground + 60


def _topics(sheet: Sheet, topics: Sequence[TopicShare], top: float, say: Speech) -> float:
    note = Phrase("right at first · target {target}", target=f"{TARGET:.0%}")
    _heading(sheet, top + 20, Phrase("Topics"), note, say)
    first = top + 100
    names = [plain(say(one.topic)) for one in topics]
    size = min(fitted(name, LABEL, "plain", width=TOPIC_NAMES - 36, least=30)[1] for name in names)
    names = [fitted(name, size, "plain", width=TOPIC_NAMES - 36, least=size)[0] for name in names]
    left = MARGIN + max(text_width(name, size) for name in names) + 36
    right = EDGE - TOPIC_FIGURES
    for place, one in enumerate(topics):
        y = first + place * TOPIC_ROW
        sheet.text((MARGIN, y), names[place], size)
        sheet.box((left, y - 17), (right - left, 34), fill=NOTHING, edge=NOTHING, line=0, radius=10)
        length = (right - left) * one.share
        color = BLUE if one.share >= TARGET else SHADES[1]
        if length >= 1:
            fill = color if one.says_much else WHITE
            radius = min(10.0, length / 2)
            sheet.box(
                (left, y - 17), (length, 34), fill=fill, edge=color, line=0 if one.says_much else 3, radius=radius
            )
        sheet.text((right + 134, y), f"{one.share:.0%}", LABEL, face="bold", align="right")
        sheet.text((EDGE, y), f"{one.right}/{one.reviews}", SMALL, color=MUTED, align="right")
    at = left + (right - left) * TARGET
    sheet.way([(at, first - 34), (at, first + (len(topics) - 1) * TOPIC_ROW + 34)], line=4, head=0)
    return top + 90 + len(topics) * TOPIC_ROW


def _weakest(sheet: Sheet, weakest: Sequence[WeakCard], top: float, say: Speech) -> None:
    _heading(sheet, top + 20, Phrase("Weakest cards"), Phrase("● right × missed, latest last"), say)
    first = top + 62 + WEAK_ROW / 2
    for place, card in enumerate(weakest):
        y = first + place * WEAK_ROW
        room = INNER - 5 * (DOT + 14) - 30
        name, size = fitted(say(card.name.words) or card.card_id, LABEL, "plain", width=room, least=LABEL)
        sheet.text((MARGIN, y - 20), name, size)
        topic, size = fitted(plain(say(card.name.topic)), SMALL, "plain", width=room, least=SMALL)
        sheet.text((MARGIN, y + 24), topic, size, color=MUTED)
        for number, right in enumerate(reversed(card.latest)):
            _dot(sheet, (EDGE - DOT / 2 - number * (DOT + 14), y), right=right)


def _dot(sheet: Sheet, middle: Point, *, right: bool) -> None:
    """Draw a disc for a right answer and a cross for a missed one: the form tells, the colour only helps."""
    x, y = middle
    half = DOT / 2
    if right:
        sheet.disc(middle, half, fill=BLUE)
        return
    half -= 3
    for way in ([(x - half, y - half), (x + half, y + half)], [(x - half, y + half), (x + half, y - half)]):
        sheet.way(way, color=ORANGE, line=8, head=0)


def plain(markdown: str) -> str:
    """Return a title without its marks."""
    return markdown.replace("`", "").replace("**", "")
