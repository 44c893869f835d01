"""A small bot on the real python-telegram-bot, to drive the local chat with: it echoes, asks, edits and sends files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from html import escape
from typing import Any

from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    Update,
)
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    filters,
)

from studybot.local_chat import LocalChat

Context = ContextTypes.DEFAULT_TYPE
PYTHON = "import torch\n\nx = torch.arange(6).view(2, 3)\nprint(x.t().is_contiguous())  # 메모리 순서"


def keyboard(*rows: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"say:{label}") for label in row.split()] for row in rows]
    )


async def start(update: Update, context: Context) -> None:
    assert update.effective_user
    assert update.effective_message
    name = escape(update.effective_user.first_name)
    argument = f" You came by <code>{escape(context.args[0])}</code>." if context.args else ""
    await update.effective_message.reply_html(f"Hello, <b>{name}</b>!{argument}", reply_markup=keyboard("True False"))


async def code(update: Update, context: Context) -> None:
    assert update.effective_message
    await update.effective_message.reply_html(f'<pre><code class="language-python">{escape(PYTHON)}</code></pre>')


async def quiz(update: Update, context: Context) -> None:
    assert update.effective_chat
    await context.bot.send_poll(
        update.effective_chat.id,
        "Is a transposed tensor contiguous?",
        ["Yes", "No"],
        type="quiz",
        correct_option_ids=[1],
        is_anonymous=False,
        explanation="Its strides are swapped.",
    )


async def ask(update: Update, context: Context) -> None:
    assert update.effective_message
    await update.effective_message.reply_text("Your answer?", reply_markup=ForceReply(selective=True))


async def pressed(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query
    assert query.data
    chosen = query.data.removeprefix("say:")
    await query.answer(f"You chose {chosen}", show_alert=chosen == "False")
    await query.edit_message_text(f"It was <b>{escape(chosen)}</b>.", parse_mode="HTML")


async def echo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message
    if message.document or message.photo:
        source = await (message.document or message.photo[-1]).get_file()
        content = bytes(await source.download_as_bytearray())
        await message.reply_document(content, filename="답안.txt", caption=f"{len(content)} bytes")
    elif update.edited_message:
        await message.reply_text(f"edited: {message.text}")
    else:
        await message.set_reaction(ReactionTypeEmoji("👍"))
        await message.reply_text(f"{message.text}", do_quote=True)


async def voted(update: Update, context: Context) -> None:
    answer = update.poll_answer
    assert answer
    assert answer.user
    await context.bot.send_message(answer.user.id, f"vote {answer.option_ids}")


@asynccontextmanager
async def echo_bot(chat: LocalChat) -> AsyncIterator[Any]:
    """Run the bot, polling, until the block ends."""
    bot = ApplicationBuilder().token(chat.token).base_url(chat.api_url).base_file_url(chat.file_url).build()
    bot.add_handler(CommandHandler("start", start))
    bot.add_handler(CommandHandler("code", code))
    bot.add_handler(CommandHandler("quiz", quiz))
    bot.add_handler(CommandHandler("ask", ask))
    bot.add_handler(CallbackQueryHandler(pressed))
    bot.add_handler(PollAnswerHandler(voted))
    bot.add_handler(MessageHandler(filters.TEXT | filters.Document.ALL | filters.PHOTO, echo))
    await bot.initialize()
    await bot.start()
    assert bot.updater
    await bot.updater.start_polling(poll_interval=0, timeout=10, allowed_updates=Update.ALL_TYPES)
    try:
        yield bot
    finally:
        with suppress(Exception):
            await bot.updater.stop()
        await bot.stop()
        await bot.shutdown()
