"""answerCallbackQuery: the toast or alert that whoever pressed a button sees."""

from studybot.local_chat.limits import CALLBACK_ANSWER_SECONDS, CALLBACK_ANSWER_UNITS, units
from studybot.local_chat.methods.method import Method
from studybot.local_chat.params import Params
from studybot.local_chat.refused import bad_request
from studybot.local_chat.world import World


def answer_callback_query(world: World, params: Params) -> bool:
    state = world.state
    query_id = params.text("callback_query_id")
    query = state.get("queries", query_id)
    if query is None or query["at"] < state.now_seconds() - CALLBACK_ANSWER_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if units(text) > CALLBACK_ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    if query["answer"] is None:
        answer = {"text": text, "alert": params.flag("show_alert"), "url": params.text("url") or None}
        state.put("queries", query_id, {**query, "answer": answer})
    return True


METHODS = {"answerCallbackQuery": Method(answer_callback_query)}
