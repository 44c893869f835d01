"""The end of a challenge: the table, what is worth more talk, and in private a fresh variant of what was missed."""

import logging

from studybot.core.card import CardId, Text
from studybot.core.challenge import Played
from studybot.core.learner import Learner
from studybot.core.peer_instruction import discussed
from studybot.core.points import standings, ties_explained
from studybot.core.schedule import study_day
from studybot.errors import GroupGone, SandboxUnavailable
from studybot.flows.modes import mode_of
from studybot.flows.outside import Outside
from studybot.flows.plan import plan_day
from studybot.group_ports import Ending, GroupMessenger
from studybot.kinds import card_from

log = logging.getLogger(__name__)


async def ending_of(played: Played, *, outside: Outside) -> Ending:
    table = standings(mode_of(played.challenge).scores(played, await outside.store.levels(played.challenge)))
    questions = []
    for one in mode_of(played.challenge).worth_talk(played):
        question = await _question_of(played, one.card_id, outside)
        if question is not None:
            questions.append(question)
    return Ending(played, table, ties_explained(table), discussed(played.ballots), tuple(questions))


async def tell_members(played: Played, group: GroupMessenger, *, outside: Outside) -> None:
    """Ask everybody in private what they missed. Only learners: nobody else has let us write to them."""
    learners = await outside.store.learners_among([member.person for member in played.members])
    for person, learner_id in learners.items():
        cards = mode_of(played.challenge).missed(played, person)
        if not cards or not await outside.store.claim_telling(played.challenge.id, person):
            continue
        learner = await outside.store.learner(learner_id)
        if learner is None:
            continue
        try:
            brought = await bring(learner, cards, outside=outside)
            if brought:
                await group.ask_missed(learner, played.challenge, brought)
        except SandboxUnavailable as error:
            log.warning("nothing was brought to learner=%s: %s", learner_id, error)
        except GroupGone:  # they have blocked the bot meanwhile
            await outside.store.mark_reachable(learner_id, reachable=False)


async def bring(learner: Learner, cards: tuple[CardId, ...], *, outside: Outside) -> int:
    """Put cards before all others in a learner's quiz of today, in this order; return how many are live.

    A card that is due, drilled, or was never seen counts; one that is not due is only practised. Raises
    SandboxUnavailable.
    """
    now = outside.clock.now()
    day = study_day(now, learner.settings.tz)
    await outside.deck.ready(set(cards), new=0)
    live = {card.card_id for card in outside.deck.live() if card.is_scheduled}
    wanted = [card_id for card_id in cards if card_id in live]
    if not wanted:
        return 0
    quiz = await outside.store.quiz_on(learner.id, day)
    if quiz is None:
        plan = await plan_day(learner, day, outside=outside)
        quiz = await outside.store.begin_quiz(learner.id, day, plan.cards, at=now)
    for card_id in reversed(wanted):
        memory = await outside.store.memory_of(learner.id, card_id)
        counts = memory is None or memory.is_due(day) or memory.is_drilled(day)
        await outside.store.put_first(quiz.id, card_id, practice=not counts)
    return len(wanted)


async def _question_of(played: Played, card_id: CardId, outside: Outside) -> Text | None:
    one = next(one for one in played.rounds if one.card_id == card_id)
    body = await outside.store.card_body(card_id, one.asked.revision)
    if body is None:
        return None
    return card_from(body).variant(one.asked.seed).question(one.asked.seed).prompt
