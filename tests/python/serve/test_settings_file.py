"""`.env.sample` lists every setting, and `.env` is read."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
import pytest

from dist_perf import project
from dist_perf.serve import settings
from dist_perf.serve.settings import PREFIX, Settings

SAMPLE = project.root() / ".env.sample"


def test_sample_has_every_setting_with_its_meaning_and_default() -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    words = " ".join(line.removeprefix("# ") for line in lines)
    found = {line[2:].partition("=")[0] for line in lines if line.startswith(f"# {PREFIX}")}
    assert found == {PREFIX + name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = str(default).lower() if isinstance(default, bool) else str(default or "")
        assert f"# {PREFIX}{name.upper()}={shown}" in lines
        assert field.description
        assert field.description in words


def test_env_file_is_read_and_the_environment_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = f"PGHOST=there\nPGPORT=1\n{PREFIX}PORT=9000\n{PREFIX}HOST=\nPATH=/evil\n# PGUSER=x\n"
    (tmp_path / ".env").write_text(content, encoding="utf-8")
    monkeypatch.setattr(project, "root", lambda: tmp_path)
    monkeypatch.setattr(os, "environ", {"PGPORT": "2", "PATH": "/bin"})
    settings.read_env_file()
    assert os.environ == {
        "PGHOST": "there", "PGPORT": "2", f"{PREFIX}PORT": "9000", "PATH": "/bin",
    }  # fmt: skip


def test_git_leaves_the_file_out() -> None:
    ignored = (project.root() / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/.env" in ignored


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMBED_ORIGINS", "intranet.firm.com"),
        ("EMBED_ORIGINS", "https://a.b; script-src *"),
        ("EMBED_ORIGINS", "https://a.b,*"),
        ("ORIGINS", "https://a.b\nX: y"),
        ("PUBLIC_ADDRESS", "https://a.b/path"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "127.0.0.1,proxy.firm.com"),
        ("TRUSTED_PROXIES", "10.0.0.1/24"),
        ("PORT", "x"),
        ("TARGET", "oracle"),
        ("IDLE_MINUTES", "0"),
    ],
)
def test_setting_that_cannot_be_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(click.ClickException, match=re.escape(PREFIX + name)):
        settings.load()


def test_hosts_are_those_of_this_machine_unless_others_are_named() -> None:
    assert Settings().known_hosts == {"127.0.0.1", "localhost", "::1"}
    assert Settings(host="0.0.0.0").known_hosts == frozenset()  # noqa: S104
    named = Settings(host="0.0.0.0", hosts=["Dash.Firm.com"])  # noqa: S104
    assert "dash.firm.com" in named.known_hosts
    assert "dash.firm.com" in Settings(public_address="https://dash.firm.com").known_hosts
