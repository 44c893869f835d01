"""/export in the chat: the learner's own data, as two files."""

from io import BytesIO
from zipfile import ZipFile

from studybot.core.learner import ChatId
from studybot.flows.export import from_json
from tests.fakes import predict_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.test_private_chat import first_card, typed


async def test_a_learner_receives_everything_that_is_kept_as_files(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "5", card)
        await typed(on.ann, "4", card)

        await on.ann.send("/export")
        json, tables = await on.ann.next_message(), await on.ann.next_message()

        learner = await on.store.learner_of_chat(ChatId(on.ann.id))
        assert learner is not None
        assert json.file_name == "studybot-2026-11-16.json"
        assert from_json(json.file or b"") == await on.store.kept_of(learner.id)
        assert tables.file_name == "studybot-2026-11-16-csv.zip"
        names = ZipFile(BytesIO(tables.file or b"")).namelist()
        assert names == [
            "settings.csv",
            "reviews.csv",
            "attempts.csv",
            "memories.csv",
            "held-cards.csv",
            "reports.csv",
            "changed-cards.csv",
            "group-votes.csv",
            "group-takes.csv",
            "group-names.csv",
            "group-points.csv",
            "group-boards.csv",
        ]
        assert (json.silent, tables.silent) == (True, True)
        assert not on.chat.refusals


async def test_nobody_receives_the_answers_of_another(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        ben = on.chat.person("Ben", language="en")

        await ben.send("/export")
        json = await ben.next_message()

        assert from_json(json.file or b"").reviews == ()
        assert "Ann" not in (json.file or b"").decode()
