"""The official schema of AsyncAPI 3.0, as its makers publish it on npm."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMA = Path(__file__).parents[1] / "node/node_modules/@asyncapi/specs/schemas/3.0.0.json"

needs_schema = pytest.mark.skipif(not SCHEMA.exists(), reason="npm ci in tests/node brings the official schema")


@cache
def validator() -> Any:
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))


def refs(value: Any) -> list[str]:
    """Return all references of a document; a payload's example that has such a key is none."""
    if isinstance(value, list):
        return [ref for item in value for ref in refs(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [ref for key, item in value.items() if key not in {"examples", "payload"} for ref in refs(item)]


def resolve(document: Any, ref: str) -> Any:
    """Return what a reference points to, through others; raises KeyError where there is nothing."""
    target = document
    for part in ref.removeprefix("#/").split("/"):
        target = target[part]
    return resolve(document, target["$ref"]) if "$ref" in target else target


def check(text: str) -> Any:
    """Return the document that a text is, valid against the official schema, its references and examples in order."""
    document = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    text.encode()
    assert not [f"{list(error.path)}: {error.message}" for error in validator().iter_errors(document)]
    for ref in refs(document):
        resolve(document, ref)
    for message in document["components"]["messages"].values():
        schema = jsonschema.Draft7Validator(message["payload"])
        for example in message.get("examples", ()):
            assert schema.is_valid(example["payload"]), message
    return document
