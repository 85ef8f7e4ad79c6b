"""The form without JavaScript keeps nothing: no code, receipt or answer in any file, row or log."""

import html
import re
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from flask import Flask

from config import Settings
from crypto import links, receipts
from crypto.encoding import encode_base64url
from tests import databases
from tests.privacy.dumps import files_below
from tests.privacy.processes import product, served
from tests.privacy.test_secrets import found_in, heaps_of, launched

MARK = "zebra-marmalade-lighthouse"
ANSWERS = {"q_pulse_energy": "2", "q_pulse_support": "4", "q_pulse_comment": f"A {MARK} comment"}


def posted(url: str, **fields: str) -> str:
    """Return the page that a form's answer shows; no cookie comes with it, and it is not kept."""
    with urlopen(f"{url}/plain", urlencode(fields).encode()) as answer:
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.url == f"{url}/plain"
        return html.unescape(answer.read().decode())


def test_no_code_receipt_or_answer_stays_in_any_file_row_or_log(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    running = product(settings, CHORUS_PLAIN_FORM="true")
    with served(running):
        pool_id, mailed = launched(running, tmp_path)
        link = next(iter(mailed.values()))
        code = links.encode_link(link)
        for step in ("questions", "review"):
            assert code in posted(running.url, code=code, step=step, **ANSWERS)
        thanked = posted(running.url, code=code, step="send", **ANSWERS)
        found = re.search(r'class="receipt">([^<]+)<', thanked)
        assert found is not None and code not in thanked and MARK not in thanked
        needles = {
            "code": code.encode(),
            "token": link.token,
            "share": link.share.to_bytes() if link.share else b"",
            "receipt": receipts.parse_receipt(found[1]).encode(),
            "receipt as written": found[1].encode(),
            "w": receipts.withdrawal_of(receipts.parse_receipt(found[1]), pool_id),
            "comment": MARK.encode(),
        }
        assert found_in(needles, heaps_of(running)) == {}
    databases.dispose_engines()
    assert found_in(needles, files_below(settings.data, without="inbox")) == {}
    assert "/plain" not in running.output().decode()
    assert encode_base64url(pool_id) not in running.output().decode()
    # A control: what was written down is found.
    (settings.data / "form.log").write_bytes(MARK.encode() + b" " + code.encode())
    planted = found_in(needles, files_below(settings.data, without="inbox"))
    assert {"comment", "code"} <= set(planted)
