"""Groups that become supergroups: their chat gets another id, and what belongs to it follows."""

import logging
from typing import Any

from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from studybot.core.learner import ChatId
from studybot.ports import Store

log = logging.getLogger(__name__)

BEFORE_THE_OTHERS = -1


def register_moves(application: Application[Any, Any, Any, Any, Any, Any], store: Store) -> None:
    """Follow every upgrade. Telegram tells of it in both chats; the second time there is nothing left to move."""

    async def on_move(update: Update, _: Any) -> None:
        message = update.effective_message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat_id
        new = message.migrate_to_chat_id or message.chat_id
        await store.move_chat(ChatId(old), ChatId(new))
        log.info("a group was upgraded old=%s new=%s", old, new)

    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, on_move), group=BEFORE_THE_OTHERS)
