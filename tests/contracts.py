"""What the flows rely on, promised by the real adapters and by the fakes alike. Inherit, and give the fixture."""

from collections.abc import Awaitable, Callable

from studybot.core.card import CardId
from studybot.core.learner import ChatId, Learner, LearnerId
from studybot.core.letter import Delivered, Unreachable
from studybot.deck_ports import Deck
from studybot.ports import Messenger

MakeMessenger = Callable[..., Awaitable[tuple[Messenger, Learner]]]


class DeckContract:
    """The fixture `ready_deck` gives a deck whose live cards are "one" and "two", in this order."""

    async def test_the_live_cards_come_in_the_decks_order(self, ready_deck: Deck) -> None:
        await ready_deck.ready()

        assert [card.id for card in ready_deck.live()] == ["one", "two"]

    async def test_a_deck_is_ready_for_a_card_that_it_does_not_know(self, ready_deck: Deck) -> None:
        await ready_deck.ready({CardId("nobody-knows-it")}, new=2)

    async def test_a_quarantined_card_is_no_longer_live(self, ready_deck: Deck) -> None:
        first = ready_deck.live()[0]

        ready_deck.quarantine(first, "its run says otherwise")
        ready_deck.quarantine(first, "said twice")

        assert [card.id for card in ready_deck.live()] == ["two"]

    async def test_what_was_taken_out_is_news_until_it_was_told(self, ready_deck: Deck) -> None:
        one, two = ready_deck.live()
        ready_deck.quarantine(one, "expected 5, got 4")
        ready_deck.quarantine(one, "said twice")

        (line,) = map(str, ready_deck.news())
        ready_deck.quarantine(two, "expected 6, got 4")
        ready_deck.forget_news(1)

        assert "one" in line
        assert "expected 5, got 4" in line
        (other,) = map(str, ready_deck.news())
        assert "two" in other

    async def test_a_card_that_was_noted_is_news_and_stays_live(self, ready_deck: Deck) -> None:
        one, _ = ready_deck.live()

        ready_deck.note(one, "forgotten 8 times")

        (line,) = map(str, ready_deck.news())
        assert "one" in line
        assert line.endswith("forgotten 8 times")
        assert len(ready_deck.live()) == 2

    async def test_a_topic_without_a_title_keeps_its_name(self, ready_deck: Deck) -> None:
        assert ready_deck.title_of("unknown-topic").en == "unknown-topic"


class MessengerContract:
    """The fixtures `messenger` and `reader` give a messenger and a learner; `block` makes the learner block the bot."""

    async def test_a_reachable_learner_is_reminded(self, messenger: Messenger, reader: Learner) -> None:
        assert await messenger.remind(reader, due=3, minutes=2) == Delivered()

    async def test_who_has_blocked_the_bot_is_told_apart(
        self, messenger: Messenger, reader: Learner, block: Callable[[], Awaitable[None]]
    ) -> None:
        await block()

        assert await messenger.remind(reader, due=3, minutes=2) == Unreachable()
        assert not await messenger.tell_of_cards(reader.chat_id, ["one: expected 5, got 4"])

    async def test_whoever_runs_the_bot_is_told_of_cards(self, messenger: Messenger, reader: Learner) -> None:
        assert await messenger.tell_of_cards(reader.chat_id, ["one: <expected> 5, got 4"] * 99)


def learner_of(chat_id: int) -> Learner:
    return Learner(LearnerId(1), ChatId(chat_id))
