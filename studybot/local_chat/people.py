"""Made-up people and the chats they are in, as a test drives them."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from studybot.local_chat import actions
from studybot.local_chat.journal import Record
from studybot.local_chat.message import Message, Toast
from studybot.local_chat.params import Upload
from studybot.local_chat.world import World

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Room:
    """A chat: private with the bot, or a group."""

    world: World
    id: int

    @property
    def thread(self) -> int:
        return 0

    @property
    def record(self) -> Record:
        return self.world.state.rows("chats")[str(self.id)]

    @property
    def title(self) -> str:
        return str(self.record.get("title") or self.record.get("first_name"))

    @property
    def messages(self) -> list[Message]:
        """All messages that are still there, oldest first."""
        return [Message(self.world, self.id, number) for number in sorted(self.world.state.messages_of(self.id))]

    @property
    def last(self) -> Message:
        """The newest message, whoever sent it. Raises LookupError in an empty chat."""
        return self._newest(self.messages)

    @property
    def last_from_bot(self) -> Message:
        return self._newest([message for message in self.messages if message.from_bot])

    def _newest(self, messages: list[Message]) -> Message:
        if not messages:
            raise LookupError(f"there is no such message in {self.title}")
        return messages[-1]

    def __str__(self) -> str:
        return f"--- {self.title}\n" + "\n".join(map(str, self.messages[-8:]))


@dataclass(frozen=True)
class Group(Room):
    """A group with the bot in it."""

    def add(self, person: "Person") -> None:
        actions.add_to_group(self.world, self.id, person.id, by=person.id)
        self.world.state.commit()

    def remove_bot(self, *, by: "Person") -> None:
        actions.leave(self.world, self.id, self.world.state.bot["id"], by=by.id)
        self.world.state.commit()

    def add_bot(self, *, by: "Person", as_admin: bool = False) -> None:
        bot_id = self.world.state.bot["id"]
        actions.add_to_group(self.world, self.id, bot_id, by=by.id, as_admin=as_admin)
        self.world.state.commit()

    def upgrade(self) -> "Group":
        """Turn a basic group into a supergroup; returns it under its new id."""
        record = actions.upgrade_group(self.world, self.id)
        self.world.state.commit()
        return Group(self.world, record["id"])

    def topic(self, name: str, *, by: "Person") -> "Topic":
        """Open a topic: the group is a forum from then on. The group itself stands for all that is said in it."""
        opened = actions.add_topic(self.world, self.id, name, by=by.id)
        self.world.state.commit()
        return Topic(self.world, self.id, opened["message_id"])

    def delete_topic(self, topic: "Topic") -> None:
        actions.delete_topic(self.world, self.id, topic.number)
        self.world.state.commit()


@dataclass(frozen=True)
class Topic(Room):
    """A topic of a group that is a forum."""

    number: int

    @property
    def thread(self) -> int:
        return self.number

    @property
    def messages(self) -> list[Message]:
        return [message for message in super().messages if message.record.get("message_thread_id") == self.number]


@dataclass(frozen=True)
class Person:
    """Somebody made up, with a private chat with the bot."""

    world: World
    id: int
    _read: dict[object, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def record(self) -> Record:
        return self.world.state.rows("people")[str(self.id)]

    @property
    def name(self) -> str:
        return str(self.record["first_name"])

    @property
    def private(self) -> Room:
        return Room(self.world, self.id)

    async def send(self, text: str, *, to: Room | None = None, reply_to: Message | None = None) -> Message:
        """Send a text (several messages where it is too long for one; the last is returned)."""
        chat_id = reply_to.chat_id if reply_to else (to or self.private).id
        replied_id = reply_to.id if reply_to else None
        thread = to.thread if to else 0
        sent = actions.send_text(self.world, self.id, chat_id, text, reply_to=replied_id, thread=thread)
        self.world.state.commit()
        return Message(self.world, chat_id, sent[-1]["message_id"])

    async def send_photo(
        self, content: bytes, caption: str = "", *, to: Room | None = None, reply_to: Message | None = None
    ) -> Message:
        return self._send_file(Upload("photo", content), caption, to, reply_to, as_photo=True)

    async def send_document(
        self,
        content: bytes,
        name: str,
        caption: str = "",
        *,
        mime: str = "application/octet-stream",
        to: Room | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        return self._send_file(Upload(name, content, mime), caption, to, reply_to, as_photo=False)

    def _send_file(
        self, upload: Upload, caption: str, to: Room | None, reply_to: Message | None, *, as_photo: bool
    ) -> Message:
        chat_id = reply_to.chat_id if reply_to else (to or self.private).id
        replied_id = reply_to.id if reply_to else None
        sent = actions.send_file(
            self.world, self.id, chat_id, upload, as_photo=as_photo, caption=caption, reply_to=replied_id
        )
        self.world.state.commit()
        return Message(self.world, chat_id, sent["message_id"])

    async def edit(self, message: Message, text: str) -> Message:
        actions.edit_text(self.world, self.id, message.chat_id, message.id, text)
        self.world.state.commit()
        return message

    async def delete(self, message: Message) -> None:
        actions.delete(self.world, self.id, message.chat_id, message.id)
        self.world.state.commit()

    async def press(self, message: Message, button: str, *, timeout: float = PATIENCE_SECONDS) -> Toast:  # noqa: ASYNC109
        """Press a button, named by its label or its data, and wait for the bot's answer to the press.

        Waits for the button as well, as one does before a message that is about to change.
        """
        found = await self._button(message, button, timeout)
        if "callback_data" not in found:
            return Toast(url=found.get("url"))
        return await self.answer_to(self.tap(message, found["callback_data"]), timeout=timeout)

    async def _button(self, message: Message, button: str, timeout: float) -> Record:  # noqa: ASYNC109
        def there() -> Record | None:
            with suppress(LookupError):
                return message.data_of(button)
            return None

        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self.world.state.until(there)
        return message.data_of(button)

    def tap(self, message: Message, data: str) -> str:
        """Press without waiting, for double taps and storms; returns what `answer_to` waits for."""
        query_id = actions.press(self.world, self.id, message.chat_id, message.id, data)
        self.world.state.commit()
        return query_id

    async def answer_to(self, query_id: str, *, timeout: float = PATIENCE_SECONDS) -> Toast:  # noqa: ASYNC109
        state = self.world.state

        def answered() -> Record | None:
            answer: Record | None = state.rows("queries")[query_id]["answer"]
            return answer

        try:
            async with asyncio.timeout(timeout):
                answer = await state.until(answered)
        except TimeoutError:
            data = state.rows("queries")[query_id]["data"]
            raise TimeoutError(f"the bot did not answer the press of {data!r} in {timeout:g} s") from None
        return Toast(answer["text"], answer["alert"], answer["url"])

    async def vote(self, message: Message, *options: str) -> None:
        """Vote in a poll by the texts of its options; none takes the vote back."""
        texts = [option["text"] for option in (message.poll or {"options": []})["options"]]
        chosen = [texts.index(option) for option in options]
        actions.vote(self.world, self.id, message.chat_id, message.id, chosen)
        self.world.state.commit()

    async def react(self, message: Message, emoji: str | None) -> None:
        actions.react(self.world, self.id, message.chat_id, message.id, emoji)
        self.world.state.commit()

    async def block(self) -> None:
        actions.block(self.world, self.id)
        self.world.state.commit()

    async def unblock(self) -> None:
        actions.unblock(self.world, self.id)
        self.world.state.commit()

    async def next_message(self, room: Room | None = None, *, timeout: float = PATIENCE_SECONDS) -> Message:  # noqa: ASYNC109
        """Return the bot's first message that this person has not been given by this call before."""
        where = room or self.private
        place = (where.id, where.thread) if where.thread else where.id
        read = self._read.get(place, 0)

        def unread() -> Message | None:
            return next((each for each in where.messages if each.id > read and each.from_bot), None)

        try:
            async with asyncio.timeout(timeout):
                message: Message = await self.world.state.until(unread)
        except TimeoutError:
            raise TimeoutError(f"the bot sent {self.name} nothing in {timeout:g} s\n{where}") from None
        self._read[place] = message.id
        return message

    def has_read(self, message: Message) -> None:
        """Let `next_message` pass over what came before a message, and over itself."""
        self._read[message.chat_id] = max(message.id, self._read.get(message.chat_id, 0))

    async def next_edit(
        self,
        message: Message,
        since: int | None = None,
        *,
        timeout: float = PATIENCE_SECONDS,  # noqa: ASYNC109
    ) -> Message:
        """Wait until a message is no longer the `since`-th version (by default: the one it is now)."""
        version = message.version if since is None else since
        try:
            async with asyncio.timeout(timeout):
                await self.world.state.until(lambda: message.version > version)
        except TimeoutError:
            raise TimeoutError(f"the bot did not edit this in {timeout:g} s\n{message}") from None
        return message


def ids(people: Iterable[Person]) -> list[int]:
    return [person.id for person in people]
