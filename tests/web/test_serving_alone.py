"""Two `flask chorus serve` on one data folder: the second is refused, whatever its port."""

import os
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import pytest
from flask import Flask

from app.serving.alone import claim
from app.serving.commands import claimed
from config import Settings


def test_a_folder_is_one_services_until_its_last_part_has_ended(tmp_path: Path) -> None:
    held = claim(tmp_path)
    assert held is not None
    assert claim(tmp_path) is None
    part = Popen(  # as `serve` starts its parts
        [sys.executable, "-c", "input()"], stdin=PIPE, stdout=DEVNULL, pass_fds=[held]
    )
    os.close(held)  # `serve` itself is killed
    assert claim(tmp_path) is None
    part.communicate(b"\n")
    again = claim(tmp_path)
    assert again is not None
    os.close(again)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_second_serve_is_refused_and_says_why(app: Flask, settings: Settings) -> None:
    held = claim(settings.data)
    assert held is not None
    refused = app.test_cli_runner().invoke(args=["chorus", "serve"])
    os.close(held)
    assert refused.exit_code == 1
    assert "Another `flask chorus serve`" in refused.output
    assert str(settings.data) in refused.output


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_on_a_database_server_several_may_share_a_folder(app: Flask, settings: Settings) -> None:
    assert claimed(settings) == []
