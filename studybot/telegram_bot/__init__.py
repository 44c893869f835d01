"""Everything that knows Telegram: how steps look, what buttons mean, and how updates come in and go out."""
