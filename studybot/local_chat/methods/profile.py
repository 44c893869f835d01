"""The bot about itself: getMe, the command menu per scope and language, its name and descriptions, webhooks."""

import json
import re
from collections.abc import Callable
from typing import Any

from studybot.local_chat import limits
from studybot.local_chat.journal import Record
from studybot.local_chat.limits import units
from studybot.local_chat.methods.method import Method
from studybot.local_chat.params import Params
from studybot.local_chat.refused import bad_request
from studybot.local_chat.world import World

SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)


def get_me(world: World, params: Params) -> Record:
    return {
        **world.state.bot_user,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def commands_key(scope: dict[str, Any] | None, language: str) -> str:
    """Name one menu: its scope with chat and person, and its language ("" for all others)."""
    scope = scope or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    parts = [scope["type"], *(str(scope[key]) for key in ("chat_id", "user_id") if key in scope)]
    return f"{':'.join(parts)}/{language}"


def set_my_commands(world: World, params: Params) -> bool:
    commands = params.json("commands")
    if not isinstance(commands, list) or len(commands) > limits.COMMANDS:
        raise bad_request("can't parse commands list")
    for command in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command"))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(str(command.get("description", ""))) <= limits.COMMAND_DESCRIPTION_UNITS:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [{"command": each["command"].removeprefix("/"), "description": each["description"]} for each in commands]
    world.state.put("commands", commands_key(params.json("scope"), _language(params)), {"commands": kept})
    return True


def get_my_commands(world: World, params: Params) -> list[Record]:
    row = world.state.get("commands", commands_key(params.json("scope"), _language(params)))
    return list(row["commands"]) if row else []


def delete_my_commands(world: World, params: Params) -> bool:
    world.state.drop("commands", commands_key(params.json("scope"), _language(params)))
    return True


def _setter(field: str, at_most: int) -> Callable[[World, Params], bool]:
    def set_text(world: World, params: Params) -> bool:
        text = params.text(field).strip()
        if units(text) > at_most:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        key = f"{field}/{_language(params)}"
        if text:
            world.state.put("texts", key, {"text": text})
        else:
            world.state.drop("texts", key)
        return True

    return set_text


def _getter(field: str) -> Callable[[World, Params], Record]:
    def get_text(world: World, params: Params) -> Record:
        return {field: bot_text(world, field, _language(params))}

    return get_text


def bot_text(world: World, field: str, language: str) -> str:
    """Return the bot's name, description or short_description in a language, or else in the default one."""
    for key in (f"{field}/{language}", f"{field}/"):
        if (row := world.state.get("texts", key)) is not None:
            return str(row["text"])
    return str(world.state.bot["first_name"]) if field == "name" else ""


def get_webhook_info(world: World, params: Params) -> Record:
    webhook = world.updates.webhook or {}
    failed = {"last_error_date": world.state.now_seconds(), "last_error_message": world.delivery.last_error}
    return {
        "url": webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
        **({"max_connections": webhook["max_connections"]} if webhook else {}),
        **(failed if webhook and world.delivery.last_error else {}),
    }


def set_webhook(world: World, params: Params) -> bool:
    url, secret = params.text("url"), params.text("secret_token")
    if not url:
        return delete_webhook(world, params)
    if not re.match(r"https?://(127\.0\.0\.1|localhost|\[::1\])[:/]", url):
        raise bad_request("bad webhook: the local chat calls nobody but this machine")
    if secret and not re.fullmatch(r"[\w-]{1,256}", secret, re.ASCII):
        raise bad_request("secret token contains unallowed characters")
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    _drop_pending(world, params)
    webhook = {"url": url, "secret": secret, "max_connections": connections}
    world.updates.set_webhook(webhook, params.json("allowed_updates"))
    return True


def delete_webhook(world: World, params: Params) -> bool:
    _drop_pending(world, params)
    world.updates.set_webhook(None, None)
    return True


def _drop_pending(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        for update in world.updates.pending:
            world.state.drop("updates", update["update_id"])


def simply_true(world: World, params: Params) -> bool:
    return True


def get_menu_button(world: World, params: Params) -> Record:
    row = world.state.get("settings", "menu_button") or {"button": '{"type": "commands"}'}
    return dict(json.loads(row["button"]))


def set_menu_button(world: World, params: Params) -> bool:
    button = params.json("menu_button") or {"type": "default"}
    world.state.put("settings", "menu_button", {"button": json.dumps(button)})
    return True


METHODS = {
    "getMe": Method(get_me),
    "logOut": Method(simply_true),
    "close": Method(simply_true),
    "setMyCommands": Method(set_my_commands),
    "getMyCommands": Method(get_my_commands),
    "deleteMyCommands": Method(delete_my_commands),
    "setMyName": Method(_setter("name", limits.BOT_NAME_UNITS)),
    "getMyName": Method(_getter("name")),
    "setMyDescription": Method(_setter("description", limits.BOT_DESCRIPTION_UNITS)),
    "getMyDescription": Method(_getter("description")),
    "setMyShortDescription": Method(_setter("short_description", limits.BOT_SHORT_DESCRIPTION_UNITS)),
    "getMyShortDescription": Method(_getter("short_description")),
    "setChatMenuButton": Method(set_menu_button),
    "getChatMenuButton": Method(get_menu_button),
    "getWebhookInfo": Method(get_webhook_info),
    "setWebhook": Method(set_webhook),
    "deleteWebhook": Method(delete_webhook),
}
