"""A spaced-repetition study bot with executable flashcards."""

__version__ = "0.1.0"
