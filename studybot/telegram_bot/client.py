"""What a person's Telegram client tells of them."""

from studybot.core.card import Language


def language_of(code: str | None) -> Language | None:
    """Guess from the client's language: Korean for Korean, English for every other, None if it tells nothing."""
    if not code:
        return None
    return Language.KO if code.lower().startswith("ko") else Language.EN
