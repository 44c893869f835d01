"""Type a command as a person would, and see what they see."""

from dataclasses import dataclass

import pytest

from studybot.cli import main


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass
class Terminal:
    """`type("cards", "list")` runs the whole command line in this process."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def type(self, *words: str, **environment: str) -> Said:
        for name, value in environment.items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setattr("sys.argv", ["studybot", *words])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = self.capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, told.out, told.err)
