"""Which benchmarks there are, in the order of the table. A new one is a module and a line here."""

from benchmarks._run import Benchmark


def _long(name: str, title: str, module: str, *arguments: str) -> Benchmark:
    return Benchmark(name, title, module, arguments, takes_long=True, patience_seconds=7200)


BENCHMARKS = (
    Benchmark("sandbox", "Sandbox, beside a bare fork"),
    Benchmark("recovery", "A part of the sandbox is killed"),
    Benchmark("fleet", "Fleet, beside the local pool"),
    Benchmark("store", "Store, beside raw sqlite3"),
    Benchmark("engine", "Due queue and answer, beside Anki's own engine"),
    Benchmark("step", "The pure step of a scheduler, beside fsrs"),
    Benchmark("growth", "Growth, SQLite and PostgreSQL"),
    Benchmark("bot", "The bot, beside bare echo bots"),
    Benchmark("group", "A group's votes, beside a bare bot"),
    Benchmark("first_card", "The first card"),
    Benchmark("kill", "The bot is killed 30 times", arguments=("30",)),
    Benchmark("replay", "Replay of 100,000 reviews", arguments=("100000",)),
    Benchmark("morning", "A thousand reminded at the same hour", arguments=("1000",)),
    Benchmark("watch", "From a save to the verdict", arguments=("20",)),
    _long("store-large", "Store with five million memories", "benchmarks.store", "1000", "5000000"),
    _long("kill-200", "The bot is killed 200 times", "benchmarks.kill", "200"),
    _long("replay-million", "Replay of a million reviews", "benchmarks.replay", "1000000"),
    _long("morning-10000", "Ten thousand reminded at the same hour", "benchmarks.morning", "10000"),
)
