"""Groups in Telegram: the lobby, the votes, the evidence, and the clock that drives a challenge."""
