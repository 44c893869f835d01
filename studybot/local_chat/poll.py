"""How a poll counts and closes: votes by person, and the updates the bot gets about them."""

from typing import Any

from studybot.local_chat.journal import Record
from studybot.local_chat.state import State
from studybot.local_chat.world import World


def vote(world: World, person_id: int, message: Record, option_ids: list[int]) -> None:
    """Count one person's vote (an empty list takes it back) and tell the bot. Raises ValueError if it may not be."""
    state = world.state
    poll = message["poll"]
    record = state.rows("polls")[poll["id"]]
    if poll["is_closed"]:
        raise ValueError("the poll is closed")
    if str(person_id) in record["votes"] and not poll["allows_revoting"]:
        raise ValueError("this poll allows one vote, which has been given")
    if len(option_ids) > 1 and not poll["allows_multiple_answers"]:
        raise ValueError("this poll allows one option")
    if any(not 0 <= number < len(poll["options"]) for number in option_ids):
        raise ValueError("there is no such option")
    votes = {person: ids for person, ids in record["votes"].items() if person != str(person_id)}
    if option_ids:
        votes[str(person_id)] = sorted(option_ids)
    state.put("polls", poll["id"], {**record, "votes": votes})
    counted = {**poll, "options": _counted(poll["options"], votes), "total_voter_count": len(votes)}
    state.put_message({**message, "poll": counted})
    world.updates.add("poll", _told(counted))
    if not poll["is_anonymous"]:
        answer = {
            "poll_id": poll["id"],
            "user": state.person_user(person_id),
            "option_ids": sorted(option_ids),
            "option_persistent_ids": [poll["options"][number]["persistent_id"] for number in sorted(option_ids)],
        }
        world.updates.add("poll_answer", answer)


def _counted(options: list[Record], votes: dict[str, list[int]]) -> list[Record]:
    return [
        {**option, "voter_count": sum(number in ids for ids in votes.values())} for number, option in enumerate(options)
    ]


def _told(poll: Record) -> dict[str, Any]:
    return {key: value for key, value in poll.items() if not key.startswith("_")}


def close_poll(world: World, message: Record, more: Record) -> Record:
    """Close a poll and tell the bot; returns the final poll."""
    closed = {**message["poll"], "is_closed": True}
    content = {**message, "poll": closed, **more}
    world.state.put_message({key: value for key, value in content.items() if value is not None})
    world.updates.add("poll", _told(closed))
    return closed


def close_due_polls(world: World) -> int | None:
    """Close every poll whose time is over. Returns the seconds until the next one is due, if there is one."""
    state: State = world.state
    now = state.now_seconds()
    coming: list[int] = []
    for record in list(state.rows("polls").values()):
        message = state.message(record["chat"], record["message"])
        if message is None or message["poll"]["is_closed"] or "close_date" not in message["poll"]:
            continue
        if message["poll"]["close_date"] <= now:
            close_poll(world, message, {})
        else:
            coming.append(message["poll"]["close_date"] - now)
    return min(coming, default=None)
