"""Pictures drawn from the run itself: the memory layout of a tensor, and the graph that backward walks.

    png = await picture_of(card, runner, Language.KO)     # None where there is nothing to draw; the log says why

A card's `picture` says which. A program of ours runs in the sandbox in the snippet's place and tells what is to be
drawn as plain data (programs.py); matplotlib draws it here, where there is no torch (sheet.py).
"""

from studybot.pictures.picture import drawn, drawn_from, picture_of, picture_proofs

__all__ = ["drawn", "drawn_from", "picture_of", "picture_proofs"]
