from studybot.kinds.card import Card

__all__ = ["Card"]
