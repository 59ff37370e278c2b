"""`pinwheel verify`: the steps of the stand-alone verifier, and the beacon's signature."""

import copy
import hashlib
import importlib.util
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pinwheel.doors.cli.main import app

EVIDENCE = Path(__file__).parents[1] / "evidence.py"
spec = importlib.util.spec_from_file_location("cli_evidence", EVIDENCE)
evidence = importlib.util.module_from_spec(spec)
spec.loader.exec_module(evidence)
SAMPLES = evidence.samples()


def verify(tmp_path, document, *arguments):
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return CliRunner().invoke(app, ["verify", str(file), *arguments])


def forged(signature: str) -> dict:
    """A file that agrees with itself in every step, made with another signature."""
    document = copy.deepcopy(SAMPLES["drand"])
    found = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    document["public_value"] |= {"signature": signature, "bytes": found}
    evidence.settle(document)
    return document


@pytest.mark.parametrize(
    ("language", "words"), [("en", "the beacon signed this round so"), ("zh", "签名属实")]
)
def test_the_beacons_signature_is_checked(tmp_path, language, words):
    result = verify(tmp_path, SAMPLES["drand"], "--language", language)
    assert result.exit_code == 0 and words in result.output
    assert "657413" in result.output


@pytest.mark.parametrize("signature", ["b7" * 48, "00" * 48, "c0" + "00" * 47])
def test_a_forged_signature_passes_every_step_but_this_one(tmp_path, signature):
    result = verify(tmp_path, forged(signature))
    assert result.exit_code == 1
    assert "FAILED  signature" in result.output and "FAILED  seed" not in result.output


@pytest.mark.parametrize("name", ["settled", "public_number", "drand_overdue", "number_overdue"])
def test_other_files_have_no_signature(tmp_path, name):
    result = verify(tmp_path, SAMPLES[name])
    assert result.exit_code == 0 and "signature    " not in result.output


def test_what_cannot_be_read_or_said_is_one_line(tmp_path):
    assert CliRunner().invoke(app, ["verify", str(tmp_path / "none.json")]).exit_code == 2
    assert verify(tmp_path, SAMPLES["settled"], "--language", "fr").exit_code == 2
    tampered = {**SAMPLES["drand"], "commit": "0" * 64}
    assert verify(tmp_path, tampered).exit_code == 1
