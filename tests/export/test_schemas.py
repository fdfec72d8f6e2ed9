from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from sio_lab.export.schemas import DEEPEST, MOST_KEYS, auth_schema, bounded, is_single, payload_schema


@pytest.mark.parametrize(
    ("samples", "schema"),
    [
        ([("hi",)], {"type": "string"}),
        ([(1,), (2.5,)], {"type": "number"}),
        ([(None,), ("x",)], {"type": ["null", "string"]}),
        ([(b"x",)], {"type": "string", "format": "binary"}),
        ([([1, 2],)], {"type": "array", "items": {"type": "integer"}}),
        (
            [({"a": 1},), ({"b": "x"},)],
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}},
        ),
        ([("x",), (b"x",)], {"anyOf": [{"type": "string"}, {"type": "string", "format": "binary"}]}),
    ],
)
def test_one_argument_is_the_payload(samples: list[tuple[Any, ...]], schema: dict[str, Any]) -> None:
    assert payload_schema(samples) == schema


def test_several_arguments_are_an_array_in_order() -> None:
    schema = payload_schema([("ada", 1), ("ben",)])
    assert (schema["type"], schema["minItems"], schema["additionalItems"]) == ("array", 1, False)
    assert schema["items"] == [{"type": "string"}, {"type": "integer"}]


def test_no_arguments_are_an_empty_array() -> None:
    schema = payload_schema([()])
    assert jsonschema.Draft7Validator(schema).is_valid([])
    assert not jsonschema.Draft7Validator(schema).is_valid([1])


def test_one_argument_that_is_a_list_differs_from_several() -> None:
    assert is_single([([1, 2],)])
    assert not is_single([(1, 2)])
    assert not is_single([])


def test_of_what_is_hidden_nothing_is_told() -> None:
    schema = auth_schema([{"token": "•••", "remember": True}])
    assert "type" not in schema["properties"]["token"]
    assert schema["properties"]["remember"] == {"type": "boolean"}


def test_an_object_of_very_many_keys_is_a_map() -> None:
    schema = payload_schema([({"scores": {f"sid{number}": number for number in range(MOST_KEYS + 5)}},)])
    assert "properties" not in schema["properties"]["scores"]


def test_what_is_nested_deeply_is_not_looked_into() -> None:
    value: Any = 1
    for _ in range(900):
        value = [{"x": value}]
    assert "too deeply" in str(payload_schema([(value,)]))
    assert str(bounded(value)).count("[") <= DEEPEST


@pytest.mark.parametrize("key", ["$ref", "__proto__"])
def test_keys_that_tools_take_for_something_else_are_not_described(key: str) -> None:
    schema = payload_schema([({"inner": {key: "http://example.org"}},)])
    assert list(schema["properties"]["inner"]) == ["description"]


def test_values_of_a_decoder_of_the_server_s_own_stay_unknown() -> None:
    schema = payload_schema([({1: 1 + 2j},)])
    assert schema["properties"]["1"]["description"].startswith("A complex")
