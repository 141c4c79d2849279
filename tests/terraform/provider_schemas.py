"""The published schemas of `schemas.json`, as the library `tf` takes them."""

from __future__ import annotations

import json
from pathlib import Path

from msgpack import ExtType
from tf import schema, types
from tf.blocks import SetNestedBlock
from tf.gen import tfplugin_pb2 as wire

PUBLISHED = json.loads(Path(__file__).with_name("schemas.json").read_text())


class Text(types.String):
    """A text that may be unknown while something is known of it, such as its beginning: unknown to the library."""

    def decode(self, value):
        return types.Unknown if isinstance(value, ExtType) else super().decode(value)


class JsonText(types.NormalizedJson):
    """JSON of which the same may hold."""

    def decode(self, value):
        return types.Unknown if isinstance(value, ExtType) else super().decode(value)


_PLAIN = {"string": Text, "number": types.Number, "bool": types.Bool}
_COLLECTIONS = {"list": types.List, "set": types.Set, "map": types.Map}
_MODES = wire.Schema.NestedBlock.NestingMode


class Nested(types.TfType):
    """Attributes within an attribute, which the library does not know."""

    def encode(self, value):
        return value

    def decode(self, value):
        return value

    def tf_type(self):
        raise NotImplementedError


class NestedAttribute(schema.Attribute):
    def __init__(self, name, inner, **modes):
        super().__init__(name, Nested(), **modes)
        self.inner = inner

    def to_pb(self):
        modes = {one: True for one in ("required", "optional", "computed") if getattr(self, one)}
        attributes = [one.to_pb() for one in self.inner]
        nesting = wire.Schema.Object.NestingMode.SINGLE
        nested = wire.Schema.Object(attributes=attributes, nesting=nesting)
        return wire.Schema.Attribute(name=self.name, nested_type=nested, **modes)


class NestedBlock(SetNestedBlock):
    """A block of any kind; the library knows sets only."""

    def __init__(self, name, block, published):
        super().__init__(name, block)
        self.kind, self.published = published["nesting"], published

    def to_pb(self):
        found = super().to_pb()
        found.nesting = _MODES.Value(self.kind.upper())
        found.min_items = 1 if self.published.get("required") else 0
        found.max_items = self.published.get("max_items", 0)
        return found

    def semantically_equal(self, a_decoded, b_decoded):
        return a_decoded == b_decoded


def published(provider, kind, *, data=False):
    return PUBLISHED[provider]["data" if data else "resources"][kind]


def schema_of(found, *, json_texts=(), fills=(), replaces=()):
    """Make a schema.

    Args:
        found: the published schema.
        json_texts: attributes that hold JSON.
        fills: optional attributes that the provider computes where they are left out.
        replaces: attributes that cannot be changed in place.
    """
    attributes = _attributes(found, json_texts, fills, replaces)
    return schema.Schema(attributes=attributes, version=0, block_types=_blocks(found))


def _attributes(found, json_texts=(), fills=(), replaces=()):
    made = []
    for name, one in found["attributes"].items():
        modes = {mode: one.get(mode, False) for mode in ("required", "optional", "computed")}
        if name in fills:
            assert modes["optional"], name
            modes["computed"] = True
        modes["requires_replace"] = name in replaces
        if "nested" in one:
            if one["nested"] == "single":
                made.append(NestedAttribute(name, _attributes(one), **modes))
            continue
        kind = JsonText() if name in json_texts else _type(one["type"])
        made.append(schema.Attribute(name, kind, **modes))
    return made


def _blocks(found):
    return [
        NestedBlock(name, schema.Block(_attributes(one), _blocks(one)), one)
        for name, one in found.get("blocks", {}).items()
        if one["nesting"] != "single"
    ]


def _type(written):
    if isinstance(written, str):
        return _PLAIN[written]()
    return _COLLECTIONS[written[0]](_type(written[1]))
