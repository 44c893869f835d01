"""What is deployed keeps the bot's secrets from the worker, and the worker from the network."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from studybot.config import Config, load_config
from studybot.sandbox.seccomp import ALLOWED

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("bot", "worker", "worker-gpu", "broker", "fleet")
SECRETS = ("STUDYBOT_TOKEN", "STUDYBOT_DATABASE_URL", "POSTGRES_PASSWORD")


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_rights_and_a_read_only_root(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert service["user"] == "10001:10001"
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert service["pids_limit"]


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_nothing_is_privileged(name: str) -> None:
    service = COMPOSE["services"][name]

    assert "privileged" not in service
    assert "cap_add" not in service
    assert not any("seccomp=unconfined" in option for option in service["security_opt"])
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))


@pytest.mark.parametrize("name", ["worker", "worker-gpu"])
def test_a_worker_has_no_network_no_secret_and_no_volume_but_the_brokers(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["network_mode"] == "none"
    assert service["volumes"] == ["broker:/run/studybot"]
    assert "env_file" not in service
    assert not [secret for secret in SECRETS if secret in json.dumps(service)]


def test_the_bots_image_has_no_torch() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    stages = "\n".join(line for line in lines if not line.startswith("#")).split("\nFROM ")
    bot = [stage for stage in stages if " AS bot\n" in stage or " AS python-bot\n" in stage]

    assert len(bot) == 2
    assert not [stage for stage in bot if "torch" in stage or "worker" in stage]


def test_the_images_say_of_which_version_they_are() -> None:
    label = re.search(r'image\.version="(.*?)"', (ROOT / "Dockerfile").read_text(encoding="utf-8"))

    assert label is not None
    assert label[1] == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_the_bots_image_can_back_up_the_postgresql_beside_it() -> None:
    debian_s_version = {"bookworm": "15"}
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    debian = re.search(r"^ARG PYTHON_IMAGE=python:[\d.]+-slim-(\w+)$", dockerfile, re.MULTILINE)

    assert debian is not None
    assert "postgresql-client" in dockerfile.partition(" AS bot\n")[2]
    assert COMPOSE["services"]["postgres"]["image"] == f"postgres:{debian_s_version[debian[1]]}-{debian[1]}"


def test_the_dockerfile_is_clean() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")

    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_compose_can_read_its_file() -> None:
    check: list[str | Path] = [
        Path(sys.executable).with_name("check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
    ]

    done = subprocess.run([*check, ROOT / "compose.yaml"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_each_service_of_ours_is_a_stage_of_the_dockerfile_and_each_volume_is_made() -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE))
    services = COMPOSE["services"].values()
    named = {volume.split(":")[0] for service in services for volume in service.get("volumes", []) if volume[0] != "."}
    files = {volume.split(":")[0] for service in services for volume in service.get("volumes", []) if volume[0] == "."}

    assert {service["build"]["target"] for service in services if "build" in service} <= stages
    assert named == set(COMPOSE["volumes"])
    assert all((ROOT / file).exists() for file in files)
    assert all(set(service.get("depends_on", ())) <= COMPOSE["services"].keys() for service in services)


def test_the_gpu_worker_is_the_worker_but_for_its_torch_and_its_device() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    uncommented = "\n".join(line for line in text.splitlines() if line and not line.startswith("#"))
    stages = dict(re.findall(r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM |\Z)", uncommented, re.MULTILINE | re.DOTALL))
    other = stages["worker-gpu"].replace("python-worker-gpu", "python-worker").replace(', "--device", "cuda"', "")

    assert re.sub(r"--start-period=\d+s", "", other) == re.sub(r"--start-period=\d+s", "", stages["worker"])
    assert '"--device", "cuda"' in stages["worker-gpu"]
    assert "index-url" not in stages["python-worker-gpu"]


def test_the_container_allows_what_a_snippet_may_call_and_what_makes_a_jail() -> None:
    profile = json.loads((DEPLOY / "seccomp-worker.json").read_text())
    allowed = {name for rule in profile["syscalls"] for name in rule["names"]}

    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert allowed >= set(ALLOWED.split()) | {"clone", "unshare", "mount", "umount2", "pivot_root", "setns", "seccomp"}
    assert not allowed & {"bpf", "ptrace", "kexec_load", "init_module", "keyctl", "io_uring_setup", "userfaultfd"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_the_unit(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    for each in UNITS:  # with a program that is there
        text = each.read_text().replace("/opt/studybot/.venv/bin/studybot", "/bin/true")
        (tmp_path / each.name).write_text(text)

    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", tmp_path / unit.name],
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line for line in done.stderr.splitlines() if "studybot" in line] == []


@pytest.mark.parametrize(
    "name",
    [
        *("RestrictNamespaces", "ProtectHostname", "ProcSubset", "MemoryDenyWriteExecute", "SystemCallFilter"),
        *("ProtectKernelTunables", "ProtectKernelLogs", "ProtectControlGroups", "PrivateUsers", "PrivateDevices"),
    ],
)
@pytest.mark.parametrize(
    "unit", [unit for unit in UNITS if unit.name in ("studybot.service", "studybot-worker.service")]
)
def test_no_unit_forbids_what_the_jail_is_made_of(unit: Path, name: str) -> None:
    assert not [line for line in unit.read_text().splitlines() if line.startswith(f"{name}=")]


def test_the_workers_unit_holds_no_secret() -> None:
    text = (DEPLOY / "systemd" / "studybot-worker.service").read_text()

    assert "LoadCredential" not in text
    assert "PrivateNetwork=yes" in text
    assert "STUDYBOT_DATABASE_URL" not in text


def named_in_the_example() -> set[str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return {line.lstrip("#").split("=")[0] for line in lines if "=" in line and " " not in line.split("=")[0]}


def test_the_example_of_the_settings_names_what_is_read_and_all_of_it() -> None:
    settings = {f"STUDYBOT_{name.upper()}" for name in Config.model_fields}
    asked_by_compose = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))

    named = named_in_the_example()

    assert named <= settings | asked_by_compose
    assert settings | asked_by_compose <= named


def test_the_example_of_the_settings_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("STUDYBOT_"):
            monkeypatch.delenv(name)
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    (tmp_path / ".env").write_text(
        "\n".join(line.replace("STUDYBOT_TOKEN=", "STUDYBOT_TOKEN=1:abcdefghijk") for line in lines)
    )

    assert load_config(_env_file=tmp_path / ".env").timezone == "Asia/Seoul"
