"""A small bot that shows everything a message can be, for the page to be looked at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape
from typing import Any

from telegram import (
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
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
from tests.local_chat.pictures import png

Context = ContextTypes.DEFAULT_TYPE

CODE = """import torch

x = torch.arange(6).view(2, 3)
y = x.t()  # 전치: 메모리는 그대로
print(y.is_contiguous(), y.stride())"""

TRACE = """Traceback (most recent call last):
  File "answer.py", line 4, in <module>
    y.view(6)
RuntimeError: view size is not compatible with input tensor's size and stride
(at least one dimension spans across two contiguous subspaces).
Use .reshape(...) instead."""

QUESTION = (
    "<b>3/12 · 텐서의 메모리</b>\n"
    "다음 코드의 출력은 무엇일까요?\n"
    f'<pre><code class="language-python">{escape(CODE)}</code></pre>\n'
    "<code>view</code>와 <code>t()</code>가 <i>복사하는지</i> 생각해 보세요."
)
VERDICT = (
    "✅ <b>정답이에요!</b>\n"
    "출력은 <code>False (1, 3)</code> 이에요.\n"
    "힌트: <tg-spoiler>전치는 stride만 바꿔요.</tg-spoiler>\n"
    f"<blockquote expandable>{escape(TRACE)}</blockquote>\n"
    'Read more: <a href="https://pytorch.org/docs/stable/tensor_view.html">Tensor Views</a>'
)


def button(label: str, data: str, style: str | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data, api_kwargs={"style": style} if style else None)


QUESTION_KEYS = InlineKeyboardMarkup(
    [
        [button("True", "answer:True"), button("False", "answer:False")],
        [button("힌트 보기", "hint"), button("모르겠어요", "give")],
    ]
)
GRADE_KEYS = InlineKeyboardMarkup(
    [
        [
            button("어려움 · 1일", "g3", "danger"),
            button("알맞음 · 4일", "g4", "primary"),
            button("쉬움 · 6일", "g5", "success"),
        ],
        [InlineKeyboardButton("문서 열기", url="https://pytorch.org/docs")],
    ]
)


async def start(update: Update, context: Context) -> None:
    assert update.effective_message
    assert update.effective_user
    with_deck = f" <code>{escape(context.args[0])}</code>" if context.args else ""
    name = escape(update.effective_user.first_name)
    await update.effective_message.reply_html(
        f"안녕하세요, <b>{name}</b> 님! 👋{with_deck}\n"
        "오늘 복습할 카드가 <b>12장</b> 있어요. 약 6분이면 돼요.\n"
        "시작하려면 /today 를 눌러 주세요."
    )


async def today(update: Update, context: Context) -> None:
    assert update.effective_message
    await update.effective_message.reply_html(QUESTION, reply_markup=QUESTION_KEYS)


async def picture(update: Update, context: Context) -> None:
    assert update.effective_message
    await update.effective_message.reply_photo(
        png(640, 360), caption="이번 주 복습 열지도 · 정답률 <b>86%</b>", parse_mode="HTML"
    )
    table = InputFile("카드,정답률\n".encode(), filename="복습 기록 2026-11.csv")
    await update.effective_message.reply_document(table, caption="내 기록")


async def quiz(update: Update, context: Context) -> None:
    assert update.effective_chat
    await context.bot.send_poll(
        update.effective_chat.id,
        "전치한 텐서는 contiguous 한가요?",
        ["항상 그렇다", "보통 아니다", "device에 따라 다르다"],
        type="quiz",
        correct_option_ids=[1],
        is_anonymous=False,
        explanation="stride가 (1, 3)이라 행이 이어져 있지 않아요.",
    )


async def ask(update: Update, context: Context) -> None:
    assert update.effective_message
    await update.effective_message.reply_text(
        "출력을 적어 주세요.", reply_markup=ForceReply(selective=True), do_quote=True
    )


async def pressed(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query
    match query.data:
        case "hint":
            await query.answer("전치는 데이터를 옮기지 않아요. stride만 바뀌어요.", show_alert=True)
        case "answer:False":
            await query.answer("정답!")
            await query.edit_message_text(VERDICT, parse_mode="HTML", reply_markup=GRADE_KEYS)
        case "silent":
            pass
        case _:
            await query.answer("기록했어요")


async def echo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message
    if update.edited_message:
        await message.reply_text("고친 답을 받았어요.", do_quote=True)
    elif message.reply_to_message or (update.effective_chat and update.effective_chat.type == "private"):
        await message.set_reaction(ReactionTypeEmoji("👍"))
        await message.reply_text(f"받았어요: {message.text or message.caption or '파일'}")


async def voted(update: Update, context: Context) -> None:
    """Ask for votes: only then does Telegram send them."""


@asynccontextmanager
async def show_bot(chat: LocalChat) -> AsyncIterator[Any]:
    """Run the bot, polling, until the block ends."""
    bot = ApplicationBuilder().token(chat.token).base_url(chat.api_url).base_file_url(chat.file_url).build()
    for name, handler in {"start": start, "today": today, "picture": picture, "quiz": quiz, "ask": ask}.items():
        bot.add_handler(CommandHandler(name, handler))
    bot.add_handler(CallbackQueryHandler(pressed))
    bot.add_handler(PollAnswerHandler(voted))
    bot.add_handler(MessageHandler(filters.TEXT | filters.Document.ALL | filters.PHOTO, echo))
    await bot.initialize()
    korean = [
        ("start", "시작"),
        ("today", "오늘의 퀴즈"),
        ("picture", "내 진도"),
        ("quiz", "투표 퀴즈"),
        ("ask", "질문 받기"),
    ]
    english = [("start", "Start"), ("today", "Today's quiz"), ("picture", "My progress")]
    await bot.bot.set_my_commands([BotCommand(*each) for each in korean], language_code="ko")
    await bot.bot.set_my_commands([BotCommand(*each) for each in english])
    await bot.bot.set_my_name("공부봇", language_code="ko")
    await bot.bot.set_my_description("매일 몇 장씩, 실제로 실행되는 카드로 PyTorch를 복습해요.", language_code="ko")
    await bot.bot.set_my_description("A few PyTorch cards a day, and every answer is really run.")
    await bot.bot.set_my_short_description("실행되는 복습 카드", language_code="ko")
    await bot.start()
    assert bot.updater
    await bot.updater.start_polling(poll_interval=0, timeout=10, allowed_updates=Update.ALL_TYPES)
    try:
        yield bot
    finally:
        await bot.updater.stop()
        await bot.stop()
        await bot.shutdown()
