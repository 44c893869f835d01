"""`SqlStore`, the store of the running bot: it keeps the promises of `studybot.ports.Store`."""

from studybot.store.cards import Cards
from studybot.store.inbox import Inbox
from studybot.store.learners import Learners
from studybot.store.memories import Memories
from studybot.store.outbox import Outbox
from studybot.store.quizzes import Quizzes
from studybot.store.reviews import Reviews
from studybot.store.undos import Undos


class SqlStore(Learners, Quizzes, Reviews, Undos, Memories, Cards, Inbox, Outbox):
    """The whole store on one database that `upgrade` has brought up to date."""
