"""The private side of a daily: a member comes from the group by a link, and is led from card to card."""

from telegram import Message

from studybot.core.challenge import Challenge, Member, Vote
from studybot.core.learner import ChatId, Learner
from studybot.flows.challenge_rounds import view_of
from studybot.flows.modes.daily import next_for
from studybot.flows.outside import Outside
from studybot.flows.shown import open_showing
from studybot.group_ports import RoundView
from studybot.locale import Speech
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.group import daily_view


class Dailies:
    def __init__(self, outside: Outside, chat: Chat) -> None:
        self._outside = outside
        self._chat = chat

    async def ask_next(self, challenge: Challenge, member: Member, say: Speech) -> None:
        """Show somebody the first card that they have not answered; what they type is their answer to it."""
        chat_id = ChatId(int(member.person))
        one = await next_for(challenge, member, outside=self._outside)
        if one is None:
            await self._chat.send(chat_id, daily_view.all_answered(say))
            return
        view = await view_of(challenge, one, outside=self._outside)
        if not view.question.options:
            await self._outside.store.open_door(member.person, one.id)
        await self._chat.send(chat_id, daily_view.question(view, say))

    async def after_vote(self, view: RoundView, vote: Vote, before: Vote | None, member: Member, say: Speech) -> None:
        """Go on to the next card, but not where somebody has only changed an answer."""
        if view.in_private and (before is None or before.update_id == vote.update_id):
            await self.ask_next(view.challenge, member, say)

    async def is_meant(self, view: RoundView, learner: Learner, member: Member, message: Message) -> bool:
        """Return whether a private message is the answer to a daily's card, and not to one of their own.

        A daily is open all day, so what is no reply belongs to the card that is open in private, if there is one.
        """
        if not view.in_private:
            return True
        if await self._outside.store.vote_of(view.round.id, 0, member.person) is not None:
            return False
        showing = await open_showing(learner, outside=self._outside)
        if showing is None or showing.asked is None:
            return True
        reply = message.reply_to_message
        return reply is not None and reply.message_id != showing.message_id
