"""Pictures drawn from the run itself (the memory layout of a tensor, the graph that backward walks), and of progress.

    png = await picture_of(card, runner, Language.KO)     # None where there is nothing to draw; the log says why
    png = progress_picture(progress, Language.KO)         # a learner's figures; it takes a while, so use a thread

A card's `picture` says which. A program of ours runs in the sandbox in the snippet's place and tells what is to be
drawn as plain data (programs.py); matplotlib draws it here, where there is no torch (sheet.py).
"""

from studybot.pictures.picture import drawn, drawn_from, picture_of, picture_proofs
from studybot.pictures.progress import progress_picture

__all__ = ["drawn", "drawn_from", "picture_of", "picture_proofs", "progress_picture"]
