"""Privacy mode: what a bot hears in a group."""

import pytest

from studybot.local_chat import Group, LocalChat, Person
from tests.local_chat.conftest import Api


@pytest.fixture
def group(chat: LocalChat, ann: Person) -> Group:
    return chat.group("Study", [ann, chat.person("Bob")])


async def heard(api: Api) -> list[str]:
    updates = await api.result("getUpdates")
    last = updates[-1]["update_id"] + 1 if updates else 0
    await api.result("getUpdates", offset=last)
    return [update["message"].get("text", "service") for update in updates if "message" in update]


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ("hello all", False),
        ("@studybot_local_bot hello", False),
        ("/challenge", True),
        ("/challenge@studybot_local_bot 3", True),
        ("/challenge@other_bot", False),
        ("I say /challenge", False),
    ],
)
async def test_a_bot_hears_commands_only(api: Api, ann: Person, group: Group, text: str, *, is_heard: bool) -> None:
    await heard(api)

    await ann.send(text, to=group)

    assert await heard(api) == [text] * is_heard


async def test_a_bot_hears_replies_to_it_but_not_to_others(api: Api, ann: Person, group: Group) -> None:
    await heard(api)
    await api.result("sendMessage", chat_id=group.id, text="Your answer?")
    question = group.last

    remark = await ann.send("no idea", to=group)
    await ann.send("7", reply_to=question)
    await ann.send("really?", reply_to=remark)

    assert await heard(api) == ["7"]


async def test_a_bot_hears_who_comes_and_goes(api: Api, chat: LocalChat, ann: Person, group: Group) -> None:
    await heard(api)

    group.add(chat.person("Eve"))

    assert await heard(api) == ["service"]


async def test_an_admin_bot_hears_everything(api: Api, chat: LocalChat, ann: Person) -> None:
    club = chat.group("Club", [ann], bot_is_admin=True)
    await heard(api)

    await ann.send("hello all", to=club)

    assert await heard(api) == ["hello all"]


async def test_a_bot_that_was_removed_hears_no_more(api: Api, ann: Person, group: Group) -> None:
    group.remove_bot(by=ann)
    updates = await api.result("getUpdates")
    await ann.send("/challenge", to=group)

    assert [
        update["my_chat_member"]["new_chat_member"]["status"] for update in updates if "my_chat_member" in update
    ] == [
        "member",
        "kicked",
    ]
    assert "/challenge" not in await heard(api)


async def test_a_command_keeps_its_place_in_the_text(api: Api, ann: Person) -> None:
    await ann.send("🚀 /run@studybot_local_bot x #torch https://pytorch.org. @ann_lee `a/b`")

    found = [(entity.type, entity.offset, entity.length) for entity in ann.private.last.entities]

    assert found == [
        ("bot_command", 3, 23),
        ("hashtag", 29, 6),
        ("url", 36, 19),
        ("mention", 57, 8),
        ("code", 66, 3),
    ]


async def test_a_fenced_block_is_sent_as_code_as_telegrams_apps_do(ann: Person) -> None:
    sent = await ann.send("my answer\n```python\nx = 1\n```")

    assert sent.text == "my answer\nx = 1"
    assert [entity.plain() for entity in sent.entities] == [
        {"type": "pre", "offset": 10, "length": 5, "language": "python"}
    ]


async def test_a_very_long_answer_arrives_in_pieces(api: Api, ann: Person) -> None:
    await heard(api)

    await ann.send("x" * 10_000)

    assert [len(text) for text in await heard(api)] == [4096, 4096, 1808]
