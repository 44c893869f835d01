"""What running somebody's code came to, as a message: the verdict first, then what one would point at."""

from collections.abc import Sequence
from html import escape

from studybot.core.look import Look, SeenTensor
from studybot.core.phrase import Phrase
from studybot.core.run import RunStatus
from studybot.core.show import ESCAPE_CODES
from studybot.core.told import TOLD
from studybot.flows.run_code import Ran
from studybot.locale import Speech
from studybot.telegram_bot.buttons import Draw
from studybot.telegram_bot.markup import (
    LONGEST_MESSAGE,
    MOST_FOLDED,
    MOST_FOLDED_LINES,
    clipped,
    folded,
    plain_block,
    utf16_length,
)
from studybot.telegram_bot.view import Key, View

ICONS = {RunStatus.OK: "✅", RunStatus.TIMEOUT: "⏱", RunStatus.REFUSED: "🚫"}
MOST_MESSAGE_OF_ERROR = 500
MOST_SHOWN = 6
MOST_GRAD = 160
MOST_DRAWN_ELEMENTS, MOST_DRAWN_DIMENSIONS = 24, 3


def ran(outcome: Ran, say: Speech) -> View:
    """Return the message. What does not fit goes last first: the tensors, then the warnings."""
    output = ESCAPE_CODES.sub("", outcome.run.stdout).rstrip("\n")
    parts = [_verdict(outcome, say)]
    if output.strip():
        parts.append(_titled(Phrase("It printed"), folded(output), say))
    if outcome.look.value is not None:
        parts.append(_titled(Phrase("Value of the last line"), folded(outcome.look.value), say))
    warned = ESCAPE_CODES.sub("", outcome.run.stderr).strip()
    optional = [plain_block(clipped(warned, 400, 6))] if warned else []
    if outcome.look.tensors:
        optional.insert(0, _titled(Phrase("Tensors"), plain_block(tensors(outcome.look)), say))
    for part in optional:
        if utf16_length("\n\n".join([*parts, part])) <= LONGEST_MESSAGE:
            parts.append(part)
    return View("\n\n".join(parts), _keys(outcome.look, say))


def too_long_to_show(outcome: Ran) -> str:
    """Return the whole output where the message shows only its beginning, else ""."""
    output = ESCAPE_CODES.sub("", outcome.run.stdout).rstrip("\n")
    value = outcome.look.value or ""
    if is_short_enough(output) and is_short_enough(value):
        return ""
    return "\n\n".join(text for text in (output, value) if text)


def is_short_enough(text: str) -> bool:
    return len(text) <= MOST_FOLDED and text.count("\n") < MOST_FOLDED_LINES


def _verdict(outcome: Ran, say: Speech) -> str:
    status, error = outcome.run.status, outcome.look.error
    icon = ICONS.get(status, "❌")
    if status is not RunStatus.RAISED or error is None:
        told = f"{icon} <b>{_text(TOLD[status], say)}</b>"
        return f"{told} {outcome.run.wall_ms:.0f} ms" if status is RunStatus.OK else told
    message = error.message.replace(f" (<snippet>, line {error.line})", "")
    head = Phrase("{name} in line {line}", name=error.type, line=error.line) if error.line else Phrase("{name}")
    lines = [f"{icon} <b>{_text(head.filled(name=error.type, line=error.line), say)}</b>"]
    if (line := _line(outcome.code, error.line)) is not None:
        lines.append(plain_block(clipped(line, 200, 1)))
    lines.append(escape(clipped(message, MOST_MESSAGE_OF_ERROR, 8), quote=False))
    return "\n".join(part for part in lines if part)


def _line(code: str, number: int | None) -> str | None:
    lines = code.splitlines()
    return lines[number - 1].strip() if number is not None and 0 < number <= len(lines) else None


def tensors(look: Look) -> str:
    """Return the tensors as text, narrow enough for a phone: torch's own words, and what is odd about each."""
    shown = [_tensor(one) for one in look.tensors[:MOST_SHOWN]]
    left = look.count - len(shown)
    return "\n".join([*shown, *([f"… +{left}"] if left > 0 else [])])


def _tensor(one: SeenTensor) -> str:
    stride = "-" if one.stride is None else str(one.stride)
    lines = [
        f"{one.name}  {one.dtype} {one.shape}",
        f"  stride {stride}",
        f"  is_leaf {_mark(one.is_leaf)} requires_grad {_mark(one.requires_grad)}"
        + (" grad None" if one.grad is None else ""),
    ]
    if one.grad is not None:
        lines.append("  grad " + clipped(one.grad, MOST_GRAD, 4).replace("\n", "\n" + " " * 7))
    remarks = [
        "" if one.is_contiguous else "not contiguous",
        one.made_by,
        f"storage of {one.shares_with}" if one.shares_with else "",
        one.device,
    ]
    lines += [f"  {remark}" for remark in _in_lines([remark for remark in remarks if remark])]
    return "\n".join(lines)


def _in_lines(remarks: Sequence[str], width: int = 34) -> list[str]:
    lines: list[str] = []
    for remark in remarks:
        if lines and len(lines[-1]) + 3 + len(remark) <= width:
            lines[-1] += f" · {remark}"
        else:
            lines.append(remark)
    return lines


def _mark(holds: bool) -> str:
    return "✓" if holds else "✗"


def _keys(look: Look, say: Speech) -> tuple[tuple[Key, ...], ...]:
    """Offer the pictures that there can be."""
    keys = []
    if any(_can_be_drawn(one) for one in look.tensors):
        keys.append(Key(f"🧱 {say(Phrase('Memory'))}", Draw("memory")))
    if any(one.made_by for one in look.tensors):
        keys.append(Key(f"🕸 {say(Phrase('Graph'))}", Draw("graph")))
    return (tuple(keys),) if keys else ()


def _can_be_drawn(one: SeenTensor) -> bool:
    count = 1
    for size in one.shape:
        count *= size
    return one.stride is not None and 0 < count <= MOST_DRAWN_ELEMENTS and len(one.shape) <= MOST_DRAWN_DIMENSIONS


def _titled(title: Phrase, html: str, say: Speech) -> str:
    return f"<b>{_text(title, say)}</b>\n{html}"


def _text(phrase: Phrase, say: Speech) -> str:
    return escape(say(phrase), quote=False)
