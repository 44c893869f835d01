"""sendPoll and stopPoll: regular polls and quizzes, with the limits of Bot API 10.0."""

from typing import Any

from studybot.local_chat import limits
from studybot.local_chat.formatting import formatted
from studybot.local_chat.journal import Record
from studybot.local_chat.limits import units
from studybot.local_chat.methods.method import Method
from studybot.local_chat.params import Params
from studybot.local_chat.poll import close_poll
from studybot.local_chat.posting import bot_message, edit_markup, own_message, reachable
from studybot.local_chat.refused import bad_request
from studybot.local_chat.world import World


def send_poll(world: World, params: Params) -> Record:
    state = world.state
    reachable(state, params.chat_id())
    question, question_entities = formatted(
        params.text("question"),
        parse_mode=params.text("question_parse_mode"),
        entities=params.json("question_entities"),
        find=False,
    )
    if not 1 <= units(question) <= limits.POLL_QUESTION_UNITS:
        raise bad_request("poll question length must not exceed 300" if question else "poll question is empty")
    options = _options(params.json("options"))
    kind = params.text("type", "regular")
    if kind not in ("regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    several = params.flag("allows_multiple_answers")
    poll: Record = {
        "id": str(9_000_000 + state.next_id("poll")),
        "question": question,
        "options": options,
        "total_voter_count": 0,
        "is_closed": params.flag("is_closed"),
        "is_anonymous": params.flag("is_anonymous", default=True),
        "type": kind,
        "allows_multiple_answers": several,
        "allows_revoting": params.flag("allows_revoting", default=kind == "regular"),
        "members_only": params.flag("members_only"),
        **({"question_entities": question_entities} if question_entities else {}),
        **_times(state.now_seconds(), params),
        **_description(params),
    }
    if kind == "quiz":
        poll |= _solution(params, len(options), several=several)
    message = bot_message(world, params, {"poll": poll})
    record = {
        "chat": message["chat"]["id"],
        "message": message["message_id"],
        "hidden": params.flag("hide_results_until_closes"),
        "shuffled": params.flag("shuffle_options"),
        "votes": {},
    }
    state.put("polls", poll["id"], record)
    return message


def _options(given: Any) -> list[Record]:
    if not isinstance(given, list):
        raise bad_request("can't parse options JSON object")
    if not 1 <= len(given) <= limits.POLL_OPTIONS:
        raise bad_request("poll must have from 1 to 12 options")
    options: list[Record] = []
    for number, each in enumerate(given):
        option: Record = each if isinstance(each, dict) else {"text": str(each)}
        text, entities = formatted(
            option["text"],
            parse_mode=option.get("text_parse_mode") or "",
            entities=option.get("text_entities"),
            find=False,
        )
        if not 1 <= units(text) <= limits.POLL_OPTION_UNITS:
            raise bad_request("poll options length must not exceed 100" if text else "poll option is empty")
        if any(text == other["text"] for other in options):
            raise bad_request("poll options must be unique")
        extra = {"text_entities": entities} if entities else {}
        options.append({"persistent_id": f"option-{number}", "text": text, "voter_count": 0, **extra})
    return options


def _solution(params: Params, count: int, *, several: bool) -> Record:
    chosen = params.json("correct_option_ids")
    if chosen is None:
        chosen = [params.integer("correct_option_id", -1)]
    if not chosen or any(not 0 <= number < count for number in chosen) or sorted(set(chosen)) != chosen:
        raise bad_request("wrong correct option ID specified")
    if len(chosen) > 1 and not several:
        raise bad_request("QUIZ_MULTIPLE_INVALID")
    solution: Record = {"correct_option_ids": chosen}
    explanation, entities = formatted(
        params.text("explanation"),
        parse_mode=params.text("explanation_parse_mode"),
        entities=params.json("explanation_entities"),
    )
    too_many_lines = explanation.count("\n") > limits.POLL_EXPLANATION_LINE_FEEDS
    if units(explanation) > limits.POLL_EXPLANATION_UNITS or too_many_lines:
        raise bad_request("explanation is too long" if not too_many_lines else "explanation has too many lines")
    if explanation:
        solution |= {"explanation": explanation} | ({"explanation_entities": entities} if entities else {})
    return solution


def _times(now_seconds: int, params: Params) -> Record:
    shortest, longest = limits.POLL_OPEN_SECONDS
    if params.has("open_period") and params.has("close_date"):
        raise bad_request("open_period and close_date can't be used together")
    if params.has("open_period"):
        period = params.integer("open_period")
        if not shortest <= period <= longest:
            raise bad_request("poll open_period must be between 5 and 2628000 seconds")
        return {"open_period": period, "close_date": now_seconds + period}
    if params.has("close_date"):
        close_date = params.integer("close_date")
        if not shortest <= close_date - now_seconds <= longest:
            raise bad_request("poll close_date must be between 5 and 2628000 seconds in the future")
        return {"close_date": close_date}
    return {}


def _description(params: Params) -> Record:
    text, entities = formatted(
        params.text("description"),
        parse_mode=params.text("description_parse_mode"),
        entities=params.json("description_entities"),
    )
    if units(text) > limits.POLL_DESCRIPTION_UNITS:
        raise bad_request("poll description is too long")
    if not text:
        return {}
    return {"description": text} | ({"description_entities": entities} if entities else {})


def stop_poll(world: World, params: Params) -> Record:
    message = own_message(world, params, to="stop poll")
    if "poll" not in message:
        raise bad_request("message is not a poll")
    if message["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    return close_poll(world, message, {"reply_markup": edit_markup(params)})


METHODS = {"sendPoll": Method(send_poll, floods=True), "stopPoll": Method(stop_poll, floods=True)}
