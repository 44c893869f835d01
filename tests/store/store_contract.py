"""What every store promises. Each adapter's test file runs these sentences against itself."""

from tests.store.contract.cards import CardContract
from tests.store.contract.exports import ExportContract
from tests.store.contract.inbox import InboxContract
from tests.store.contract.learners import LearnerContract
from tests.store.contract.outbox import OutboxContract
from tests.store.contract.publications import PublicationContract
from tests.store.contract.quizzes import QuizContract
from tests.store.contract.reviews import ReviewContract
from tests.store.contract.scheduling import SchedulingContract
from tests.store.contract.undos import UndoContract


class StoreContract(
    LearnerContract,
    QuizContract,
    ReviewContract,
    SchedulingContract,
    UndoContract,
    ExportContract,
    CardContract,
    PublicationContract,
    InboxContract,
    OutboxContract,
):
    """Subclass it with a `store` fixture."""
