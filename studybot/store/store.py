"""`SqlStore`, the store of the running bot: it keeps the promises of `studybot.ports.Store`."""

from studybot.store.announcements import Announcements
from studybot.store.boards import Boards
from studybot.store.challenges import Challenges
from studybot.store.exports import Exports
from studybot.store.group_reviews import GroupReviews
from studybot.store.groups import Groups
from studybot.store.holds import Holds
from studybot.store.inbox import Inbox
from studybot.store.learners import Learners
from studybot.store.memories import Memories
from studybot.store.news import News
from studybot.store.outbox import Outbox
from studybot.store.practice import Practice
from studybot.store.publications import Publications
from studybot.store.quizzes import Quizzes
from studybot.store.reports import Reports
from studybot.store.rests import Rests
from studybot.store.reviews import Reviews
from studybot.store.rounds import Rounds
from studybot.store.sending import Sending
from studybot.store.standings import Standings
from studybot.store.turns import Turns
from studybot.store.undos import Undos
from studybot.store.votes import Votes


class SqlStore(
    Learners,
    Quizzes,
    Practice,
    Reviews,
    Undos,
    Memories,
    Holds,
    Rests,
    Reports,
    Standings,
    Publications,
    Inbox,
    Outbox,
    Announcements,
    News,
    Turns,
    Sending,
    Exports,
    Groups,
    Challenges,
    Rounds,
    Votes,
    GroupReviews,
    Boards,
):
    """The whole store on one database that `upgrade` has brought up to date."""
