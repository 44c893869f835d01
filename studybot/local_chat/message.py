"""Messages as a test sees them: live views, so that an edit shows without asking again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from studybot.local_chat.actions import buttons
from studybot.local_chat.entities import Entity
from studybot.local_chat.journal import Record
from studybot.local_chat.limits import index_of_unit
from studybot.local_chat.world import World


@dataclass(frozen=True)
class Toast:
    """What a button press brought: the bot's answer, or the address a link button opens. "" is a silent answer."""

    text: str = ""
    alert: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Message:
    """One message of one chat. Its properties tell how it stands now; after a deletion they raise LookupError."""

    world: World
    chat_id: int
    id: int

    @property
    def record(self) -> Record:
        """The message in the Bot API's own form."""
        record = self.world.state.message(self.chat_id, self.id)
        if record is None:
            raise LookupError(f"message {self.id} was deleted")
        return record

    @property
    def exists(self) -> bool:
        return self.world.state.message(self.chat_id, self.id) is not None

    @property
    def text(self) -> str:
        """The text or the caption; "" where there is neither."""
        return str(self.record.get("text") or self.record.get("caption") or "")

    @property
    def entities(self) -> list[Entity]:
        plain = self.record.get("entities") or self.record.get("caption_entities") or []
        return [Entity.from_plain(each) for each in plain]

    def pieces(self, kind: str) -> list[str]:
        """Return the parts of the text with one kind of formatting, for instance all "pre" or "spoiler"."""
        text = self.text
        return [
            text[index_of_unit(text, entity.offset) : index_of_unit(text, entity.end)]
            for entity in self.entities
            if entity.type == kind
        ]

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of the inline keyboard, row by row."""
        rows = self.record.get("reply_markup", {}).get("inline_keyboard", [])
        return [[str(button["text"]) for button in row] for row in rows]

    @property
    def sender_id(self) -> int:
        return int(self.record["from"]["id"])

    @property
    def from_bot(self) -> bool:
        return self.sender_id == int(self.world.state.bot["id"])

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.record["date"], UTC)

    @property
    def silent(self) -> bool:
        """Whether the bot sent it without a sound."""
        return bool(self.record.get("_silent"))

    @property
    def edited(self) -> bool:
        return bool(self.record.get("_edited"))

    @property
    def version(self) -> int:
        """How often it was stored: 1 when new, more after each edit, vote or reaction."""
        return int(self.record["_version"])

    @property
    def reactions(self) -> dict[int, str]:
        """Who reacted with what."""
        return {int(who): str(emoji) for who, emoji in self.record.get("_reactions", {}).items()}

    @property
    def reply_to_id(self) -> int | None:
        original = self.record.get("reply_to_message")
        return int(original["message_id"]) if original else None

    @property
    def poll(self) -> Record | None:
        return self.record.get("poll")

    @property
    def file(self) -> bytes | None:
        """The bytes of the picture or document, if it carries one."""
        photo: Sequence[Record] = self.record.get("photo") or []
        described = photo[-1] if photo else self.record.get("document")
        return self.world.files.content(described["file_id"]) if described else None

    @property
    def file_name(self) -> str | None:
        document = self.record.get("document")
        return str(document["file_name"]) if document else None

    def data_of(self, button: str) -> Record:
        """Find a button by its label or its data (or a part of its label, if only one has it)."""
        all_buttons = buttons(self.record)
        exact = [each for each in all_buttons if button in (each["text"], each.get("callback_data"))]
        partial = [each for each in all_buttons if button in each["text"]]
        for found in (exact, partial):
            if len(found) == 1:
                return found[0]
        raise LookupError(f"no such button: {button!r}; there are {self.buttons}")

    def __str__(self) -> str:
        who = self.record["from"]["first_name"]
        labels = "".join(f"\n    {' '.join(f'[{label}]' for label in row)}" for row in self.buttons)
        return f"{who}: {self.text}{labels}"
