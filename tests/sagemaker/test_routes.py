"""Routes, images and the rows about them: complete, without contradiction, with a source each."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from pathlib import Path

import pytest

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.sagemaker.facts import FACTS, HONOURED, IGNORED, fact_for
from jupyter_securepypi.sagemaker.limits import limits_of
from jupyter_securepypi.sagemaker.routes import (
    IMAGES,
    READ,
    ROUTES,
    check_version,
    find_image,
    find_route,
    parse_version,
)

# Around each change, and at both ends.
VERSIONS = {
    "2": ["2.60.0", "2.228.0", "2.229.0", "2.257.7", "2.999"],
    "3": ["3.0", "3.9.0", "3.10.0", "3.27.0"],
    "": [""],
}


def verdict(route, image, version=""):
    chosen = find_route(route)
    return fact_for(chosen, find_image(image), check_version(chosen, version)).verdict


def test_exactly_one_row_holds_for_each_route_image_and_version():
    for route in ROUTES:
        for image in IMAGES:
            for text in VERSIONS[route.sdk]:
                version = parse_version(text) if text else ()
                holding = [
                    fact
                    for fact in FACTS
                    if route.id in fact.routes
                    and (not fact.images or image.id in fact.images)
                    and (not version or not fact.since or version >= parse_version(fact.since))
                    and (not version or not fact.before or version < parse_version(fact.before))
                ]
                assert len(holding) == 1, (route.id, image.id, text)
                assert fact_for(route, image, version) is holding[0]


def test_each_row_names_what_exists_and_where_it_was_read():
    routes, images = {route.id for route in ROUTES}, {image.id for image in IMAGES}
    for fact in FACTS:
        assert routes.issuperset(fact.routes)
        assert images.issuperset(fact.images)
        assert fact.verdict in (HONOURED, IGNORED)
        assert re.search(r"\d+\.\d+|\b[0-9a-f]{7}\b|\d{4}-\d\d-\d\d|issue \d+|==", fact.source), fact.source
        assert fact.by
        assert bool(fact.leaks) == (fact.verdict == HONOURED)


@pytest.mark.parametrize(
    ("route", "image", "version", "expected"),
    [
        ("v2-estimator", "pytorch", "2.200.0", "honoured"),
        ("v2-estimator", "tensorflow", "2.200.0", "honoured"),
        ("v2-estimator", "huggingface", "2.200.0", "honoured"),
        ("v2-estimator", "scikit-learn", "2.200.0", "honoured"),
        ("v2-estimator", "xgboost", "2.200.0", "ignored"),
        ("v2-estimator", "own", "2.200.0", "ignored"),
        ("v2-estimator", "own-with-toolkit", "2.200.0", "honoured"),
        ("boto3-training", "xgboost", "", "ignored"),
        ("boto3-training", "pytorch", "", "honoured"),
        ("v2-model-trainer", "pytorch", "2.257.7", "ignored"),
        ("v3-model-trainer", "pytorch", "3.9.0", "ignored"),
        ("v3-model-trainer", "xgboost", "3.10.0", "honoured"),
        ("v2-remote", "pytorch", "2.257.7", "ignored"),
        ("v3-remote", "pytorch", "3.27.0", "ignored"),
        ("v2-model", "pytorch", "2.257.7", "honoured"),
        ("v2-transformer", "tensorflow", "2.257.7", "ignored"),
        ("v2-transformer", "scikit-learn", "2.257.7", "ignored"),
        ("v2-framework-processor", "pytorch", "2.257.7", "ignored"),
        ("v3-framework-processor", "pytorch", "3.9.0", "ignored"),
        ("v3-framework-processor", "pytorch", "3.10.1", "honoured"),
        ("v2-script-processor", "pytorch", "2.257.7", "ignored"),
        ("v3-script-processor", "pytorch", "3.27.0", "ignored"),
        ("boto3-processing", "pytorch", "", "ignored"),
    ],
)
def test_the_variable_is_honoured_where_the_sources_say_so(route, image, version, expected):
    assert verdict(route, image, version) == expected


def test_a_class_name_is_understood_and_the_version_tells_the_sdk():
    assert find_route("ModelTrainer", "training", "3.10.0").id == "v3-model-trainer"
    assert find_route("ModelTrainer", "training", "2.257.7").id == "v2-model-trainer"
    assert find_route("FrameworkProcessor").id == "v2-framework-processor"
    assert find_route("create_training_job").id == "boto3-training"
    assert find_route("@remote", "", "3.1").id == "v3-remote"
    assert find_image("sklearn").id == "scikit-learn"
    assert find_image("Hugging Face").id == "huggingface"


def test_what_is_unknown_is_answered_with_what_is_known():
    with pytest.raises(ConfigurationError) as caught:
        find_route("sagemaker-magic")
    assert all(route.id in caught.value.remedy for route in ROUTES)
    with pytest.raises(ConfigurationError) as caught:
        find_image("mxnet")
    assert all(image.id in caught.value.remedy for image in IMAGES)
    for text in ("latest", "3.x", "3.10.0; rm"):
        with pytest.raises(ConfigurationError) as caught:
            check_version(find_route("v3-model-trainer"), text)
        assert READ["3"] in caught.value.remedy


@pytest.mark.parametrize(
    ("route", "version"),
    [
        ("v3-model-trainer", "2.257.7"),
        ("v2-estimator", "3.0"),
        ("v2-model-trainer", "2.235.0"),
        ("v2-estimator", "1.72"),
    ],
)
def test_a_version_without_the_route_is_refused(route, version):
    with pytest.raises(ConfigurationError) as caught:
        check_version(find_route(route), version)
    assert version in caught.value.message


@pytest.mark.parametrize(
    ("operation", "shape"),
    [
        ("CreateTrainingJob", "TrainingEnvironmentMap"),
        ("CreateProcessingJob", "ProcessingEnvironmentMap"),
        ("CreateTransformJob", "TransformEnvironmentMap"),
        ("CreateModel", "EnvironmentMap"),
    ],
)
def test_the_limits_are_those_of_the_installed_service_model(operation, shape):
    data = Path(importlib.util.find_spec("botocore").origin).parent / "data/sagemaker"
    (path,) = data.glob("*/service-2.json*")
    content = path.read_bytes()
    shapes = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)["shapes"]
    limits, wanted = limits_of(operation), shapes[shape]
    assert limits.entries == wanted["max"]
    assert limits.name == shapes[wanted["key"]["shape"]]["max"]
    assert limits.value == shapes[wanted["value"]["shape"]]["max"]
    assert "botocore" in limits.source
