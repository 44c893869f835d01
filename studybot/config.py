"""Settings, from the environment or `.env`. All that is wrong is reported at once, and secrets never in clear."""

import os
from datetime import time
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from studybot.core.card import Language
from studybot.core.learner import Settings, known_zone
from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase, lines
from studybot.errors import ConfigError

TELEGRAM_API = "https://api.telegram.org/bot"

BROKER_SCHEMES = ("redis://", "rediss://", "unix://")
NOT_A_WORKERS = ("STUDYBOT_TOKEN", "STUDYBOT_DATABASE_URL")


def _is_a_broker(url: str) -> str:
    if url and not url.startswith(BROKER_SCHEMES):
        told = Phrase("is not a broker's address: it starts with {schemes}", schemes=", ".join(BROKER_SCHEMES))
        raise ValueError(told)
    return url


class Config(BaseSettings):
    """What whoever runs the bot decides. Every field is `STUDYBOT_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="STUDYBOT_", env_file=".env", extra="ignore", frozen=True)

    token: SecretStr | None = None
    api_url: str = TELEGRAM_API
    database_url: str = Field(default="sqlite:///var/studybot.db", repr=False)
    cards: Path = Path("cards")
    language: Language = Language.KO
    timezone: str = "Asia/Seoul"
    admins: Annotated[frozenset[int], NoDecode] = Field(default=frozenset())
    webhook_url: str | None = None
    broker_url: Annotated[str, AfterValidator(_is_a_broker)] = Field(default="", repr=False)

    @field_validator("token")
    @classmethod
    def _looks_like_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        text = token.get_secret_value().strip() if token else ""
        if not text:
            return None
        number, colon, secret = text.partition(":")
        if not (number.isdigit() and colon and len(secret) >= 10):
            raise ValueError(Phrase("is not a bot token: it looks like 123456789:AA..., as BotFather gave it"))
        return SecretStr(text)

    @field_validator("api_url")
    @classmethod
    def _ends_in_bot(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")) or not url.endswith("/bot"):
            told = Phrase("{url} is not a Bot API base: it starts with http(s):// and ends with /bot", url=repr(url))
            raise ValueError(told)
        return url

    @field_validator("webhook_url")
    @classmethod
    def _an_address_that_telegram_can_call(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path in ("", "/"):
            told = Phrase(
                "{url} is no address for a webhook: write a URL with a path, such as "
                "https://bot.example.org/telegram (plain http is for a Bot API server of your own)",
                url=repr(url),
            )
            raise ValueError(told)
        return url

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if not known_zone(name):
            told = Phrase(
                "{name} is not a time zone: write a name such as Asia/Seoul or Europe/Berlin", name=repr(name)
            )
            raise ValueError(told)
        return name

    @field_validator("admins", mode="before")
    @classmethod
    def _numbers(cls, ids: Any) -> Any:
        if not isinstance(ids, str):
            return ids
        words = ids.replace(",", " ").split()
        if not all(word.isdigit() for word in words):
            told = Phrase("{ids} is not a list of Telegram ids: write numbers with commas between them", ids=repr(ids))
            raise ValueError(told)
        return frozenset(map(int, words))

    def needed_token(self) -> str:
        """Return the token in clear, for the one place that talks to Telegram. Raises ConfigError without one."""
        if self.token is None:
            told = Phrase(
                "STUDYBOT_TOKEN is not set: put the token that @BotFather gave you into .env "
                "(STUDYBOT_TOKEN=123456789:AA...), or try the bot without one: studybot try"
            )
            raise ConfigError(told)
        return self.token.get_secret_value()

    def needed_webhook_url(self) -> str:
        """Return the public address of the webhook. Raises ConfigError without one."""
        if self.webhook_url is None:
            told = Phrase(
                "STUDYBOT_WEBHOOK_URL is not set: put the public address that Telegram shall call into .env, for "
                "instance https://bot.example.org/telegram, or run without --webhook"
            )
            raise ConfigError(told)
        return self.webhook_url

    def first_settings(self, language: Language | None = None) -> Settings:
        """Return what a new learner starts with."""
        return Settings(language=language or self.language, zone=self.timezone, remind_at=time(9))


class WorkerConfig(BaseSettings):
    """What a worker of the fleet knows. It reads no `.env`: that is the bot's, and holds the bot's token."""

    model_config = SettingsConfigDict(env_prefix="STUDYBOT_", extra="ignore", frozen=True)

    broker_url: Annotated[str, AfterValidator(_is_a_broker)] = Field(default="", repr=False)


def load_worker_config() -> WorkerConfig:
    """Read a worker's settings. Raises ConfigError where there is no broker, or anything that is the bot's alone."""
    held = [name for name in NOT_A_WORKERS if os.environ.get(name)]
    if held:
        told = Phrase(
            "{names}: a worker runs other people's code and must not hold this; "
            "take it out of the worker's environment (env -u NAME)",
            names=", ".join(held),
        )
        raise ConfigError(told)
    config = _told(WorkerConfig)
    if not config.broker_url:
        told = Phrase(
            "STUDYBOT_BROKER_URL is not set: a worker takes its jobs from there (redis://host:6379/0, unix:///socket). "
            "A worker reads its environment alone, never .env"
        )
        raise ConfigError(told)
    return config


def load_config(**overrides: Any) -> Config:
    """Read the settings. Raises ConfigError naming every variable that is wrong, never its secret value.

    A secret may come as a file as well: `studybot_token` in the folder where systemd or a container puts such files.
    """
    folders = (os.environ.get("CREDENTIALS_DIRECTORY", ""), "/run/secrets")
    secrets = next((folder for folder in folders if folder and Path(folder).is_dir()), None)
    try:
        return _told(Config, _secrets_dir=secrets, **overrides)
    except SettingsError as error:
        cause = error.__cause__
        reason = os_reason(cause) if isinstance(cause, OSError) else Phrase("it is not text")
        told = Phrase("{folder}: the token's file in there cannot be read: {reason}", folder=secrets, reason=reason)
        raise ConfigError(told) from None


C = TypeVar("C", bound=BaseSettings)


def _told(settings: type[C], **values: Any) -> C:
    try:
        return settings(**values)
    except ValidationError as error:
        from studybot.kinds.wrong import what_is_wrong  # what reads cards is not needed to read settings

        told = []
        for problem in error.errors(include_url=False, include_input=False):
            name = "STUDYBOT_" + "_".join(str(part) for part in problem["loc"]).upper()
            told.append(Phrase("{name}: {told}", name=name, told=what_is_wrong(problem)))
        raise ConfigError(lines(told)) from None
