"""The limits of the Bot API, as numbers, and the one unit they are counted in: UTF-16 code units.

Source: the Bot API documentation and the open-source Bot API server (API 10.0).
"""

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
RAW_TEXT_BYTES = 32768
ENTITIES = 100

CALLBACK_DATA_BYTES = 64
KEYBOARD_BUTTONS = 100
COPY_TEXT_UNITS = 256
CALLBACK_ANSWER_UNITS = 200
CALLBACK_ANSWER_SECONDS = 15

POLL_QUESTION_UNITS = 300
POLL_OPTION_UNITS = 100
POLL_OPTIONS = 12
POLL_EXPLANATION_UNITS = 200
POLL_EXPLANATION_LINE_FEEDS = 2
POLL_DESCRIPTION_UNITS = 1024
POLL_OPEN_SECONDS = (5, 2_628_000)

UPDATE_HOURS = 24
UPDATES_A_BATCH = 100
LONG_POLL_SECONDS = 50

PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_SIDES_SUM = 10_000
PHOTO_RATIO = 20
UPLOAD_BYTES = 50 * 1024 * 1024
DOWNLOAD_BYTES = 20 * 1024 * 1024

COMMANDS = 100
COMMAND_NAME_UNITS = 32
COMMAND_DESCRIPTION_UNITS = 256
BOT_NAME_UNITS = 64
BOT_DESCRIPTION_UNITS = 512
BOT_SHORT_DESCRIPTION_UNITS = 120

DELETE_HOURS = 48

# Source: ReactionTypeEmoji in the Bot API documentation.
_REACTIONS = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆
💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄
😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡
"""
REACTIONS = frozenset(_REACTIONS.split())


def units(text: str) -> int:
    """Count the UTF-16 code units of a text: what Telegram calls its length, and counts offsets in."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def index_of_unit(text: str, offset: int) -> int:
    """Turn an offset in UTF-16 units into an index of the Python string (inside a pair: the pair's start)."""
    seen = 0
    for index, character in enumerate(text):
        if seen >= offset:
            return index
        seen += 2 if character > "\uffff" else 1
        if seen > offset:
            return index
    return len(text)


def in_pieces(text: str, size: int = TEXT_UNITS) -> list[str]:
    """Cut a text into pieces of at most `size` units, as Telegram's own apps do with a long message."""
    pieces: list[str] = []
    while units(text) > size:
        cut = index_of_unit(text, size)
        line_end = text.rfind("\n", cut // 2, cut)
        cut = line_end + 1 if line_end > 0 else cut
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]
