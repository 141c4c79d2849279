"""What the test providers' resources have in common: the schema is the published one, errors are AWS's own."""

from __future__ import annotations

import json
import os
import threading
from functools import lru_cache
from pathlib import Path

import boto3
from provider_schemas import published, schema_of
from tf.iface import DataSource, Resource
from tf.types import Unknown

_MAKING = threading.Lock()


def aws(service):
    """The client of a service; a session makes one at a time."""
    with _MAKING:
        return _client(service)


@lru_cache
def _client(service):
    return boto3.client(service)


class Described(Resource):
    """A resource of a published schema. A subclass says how it is made, looked at, changed and removed.

    Attributes:
        provider: whose it is.
        kind: the type's name.
        json_texts, fills, replaces: as `schema_of` takes them.
    """

    provider = "aws"
    kind = ""
    json_texts: tuple = ()
    fills: tuple = ()
    replaces: tuple = ()

    def __init__(self, app):
        self.app = app

    def make(self, planned):
        """Make it; return what identifies it."""
        raise NotImplementedError

    def look(self, state):
        """Return the attributes that it has, or None if it is gone."""
        raise NotImplementedError

    def change(self, state, planned):
        raise NotImplementedError

    def remove(self, state):
        raise NotImplementedError

    def imported(self, name):
        """Return what identifies the thing of that id of an import."""
        raise NotImplementedError

    @classmethod
    def get_name(cls):
        return cls.kind.removeprefix(f"{cls.provider}_")

    @classmethod
    def get_schema(cls):
        found = published(cls.provider, cls.kind)
        return schema_of(found, json_texts=cls.json_texts, fills=cls.fills, replaces=cls.replaces)

    def create(self, ctx, planned):
        known = {name: None if one is Unknown else one for name, one in planned.items()}
        return told(ctx, lambda: self._looked({**known, **self.make(known)}))

    def read(self, ctx, current):
        return told(ctx, lambda: self._looked(current))

    def update(self, ctx, current, planned):
        known = {name: current.get(name) if one is Unknown else one for name, one in planned.items()}

        def change():
            self.change(current, known)
            return self._looked(known)

        return told(ctx, change)

    def delete(self, ctx, current):
        told(ctx, lambda: self.remove(current))

    def import_(self, ctx, id):  # noqa: A002 the library's own name
        schema = self.get_schema()
        empty = {one.name: None for one in schema.attributes}
        blocks = {one.type_name: [] for one in schema.block_types}
        return told(ctx, lambda: self._looked({**empty, **blocks, **self.imported(id)}))

    def _looked(self, state):
        found = self.look(state)
        return None if found is None else {**state, **found}


class DescribedData(DataSource):
    provider = "aws"
    kind = ""

    def __init__(self, app):
        self.app = app

    def look(self, config):
        raise NotImplementedError

    @classmethod
    def get_name(cls):
        return cls.kind.removeprefix(f"{cls.provider}_")

    @classmethod
    def get_schema(cls):
        return schema_of(published(cls.provider, cls.kind, data=True))

    def read(self, ctx, config):
        names = [one.name for one in self.get_schema().attributes]
        return told(ctx, lambda: {**dict.fromkeys(names), **config, **self.look(config)})


def told(ctx, action):
    """Do it; an error is a diagnostic of Terraform's."""
    try:
        return action()
    except Exception as error:  # noqa: BLE001 botocore's many kinds
        ctx.diagnostics.add_error(f"{type(error).__name__}: {error}")
        return None


class Kept:
    """Things of services that the emulator does not have, in a file for each."""

    def __init__(self):
        self.folder = Path(os.environ["SECUREPYPI_TEST_KEPT"])

    def put(self, name, value):
        self._file(name).write_text(json.dumps(value))

    def get(self, name):
        file = self._file(name)
        return json.loads(file.read_text()) if file.exists() else None

    def remove(self, name):
        self._file(name).unlink()

    def _file(self, name):
        return self.folder / f"{name.replace('/', '+').replace(':', '+')}.json"
