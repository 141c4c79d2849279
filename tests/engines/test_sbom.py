"""`sbom`: a valid CycloneDX 1.6 document with the origin of each package, and a word for those that have none."""

from __future__ import annotations

import datetime
import json

import pytest
from by_day import pip_at_night
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from jupyter_securepypi.emulator.samples import build_wheel

UPLOADED = 1_600_000_000.0  # epoch seconds: September 2020


def valid(text):
    """Return the document, which must fit CycloneDX's own schema."""
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert wrong is None, wrong
    return json.loads(text)


def component(document, name):
    (found,) = [one for one in document["components"] if one["name"] == name]
    return found, {one["name"].removeprefix("securepypi:"): one["value"] for one in found["properties"]}


@pip_at_night
def test_each_package_has_its_origin_and_hash(environment, engine, aws):
    (package,) = environment.install("--engine", engine, "acme-core")
    found = valid(environment.ok("sbom"))
    one, said = component(found, "acme-core")
    assert (one["version"], one["purl"]) == ("1.4.0", "pkg:pypi/acme-core@1.4.0")
    assert one["hashes"] == [{"alg": "SHA-256", "content": package["sha256"]}]
    (reference,) = one["externalReferences"]
    assert (reference["type"], reference["url"]) == ("distribution", package["url"])
    assert said["origin"] == "secure index"
    assert said["repository"] == aws.repository_arn
    assert said["engine"] == engine
    assert datetime.datetime.fromisoformat(said["installed"]).tzinfo
    assert "uploaded" not in said
    assert found["metadata"]["tools"]["components"][0]["name"] == "jupyter_securepypi"


def test_what_nothing_tells_the_origin_of_is_called_unknown(environment):
    _, said = component(valid(environment.ok("sbom")), "pip")
    assert said == {"origin": "unknown"}


def test_upload_times_are_the_indexs_where_it_is_asked(environment, packages):
    build_wheel(packages, "acme-aged", "1.0", uploaded=UPLOADED)
    environment.install("acme-aged")
    _, said = component(valid(environment.ok("sbom", "--upload-times")), "acme-aged")
    assert datetime.datetime.fromisoformat(said["uploaded"]).timestamp() == UPLOADED


def test_it_is_written_to_a_file_and_says_of_how_many_the_origin_is_not_known(environment, tmp_path):
    environment.install("acme-core")
    file = tmp_path / "sbom.cdx.json"
    said = environment.ok("sbom", "-o", file)
    assert f"packages in {file}" in said
    assert "the origin is not known" in said
    written = valid(file.read_text())
    told = json.loads(environment.ok("sbom", "--json", "-o", file))
    assert told["components"] == len(written["components"])
    assert "pip" in told["unknown"]
    assert "acme-core" not in told["unknown"]


def test_no_credentials_are_in_it(environment):
    environment.install("acme-core")
    text = environment.ok("sbom")
    assert "@127.0.0.1" not in text
    assert "aws:" not in text.replace("arn:aws:", "")


@pytest.mark.parametrize("words", [["sbom"], ["sbom", "-o", "x.json"]])
def test_without_its_library_it_says_how_to_get_it(environment, tmp_path, words):
    hidden = tmp_path / "hidden/cyclonedx"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('hidden', name='cyclonedx')\n")
    said = environment.fails(*words, PYTHONPATH=str(hidden.parent))
    assert "A bill of materials needs a library that is not installed: cyclonedx." in said
    assert 'pip install "jupyter_securepypi[sbom]"' in said
