"""AWS through botocore alone: boto3 takes as long again to import, and no token needs what it adds."""

from __future__ import annotations

import gzip
import json
import os
from typing import Any, List, Mapping, Optional

import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.loaders import JSONFileLoader, Loader

_PARAMETERS = {
    "AccessKeyId": "aws_access_key_id",
    "SecretAccessKey": "aws_secret_access_key",
    "SessionToken": "aws_session_token",
}


class Session:
    """The credentials of the calls: botocore's standard chain, a profile, or the keys of an assumed role.

    Args:
        core: botocore's session.
        keys: the ``Credentials`` in AssumeRole's answer.
    """

    def __init__(self, core: Any, keys: Optional[Mapping[str, str]] = None) -> None:
        self._core = core
        self._keys = {parameter: keys[name] for name, parameter in _PARAMETERS.items()} if keys else {}

    @staticmethod
    def start(region: str, profile: str) -> Session:
        """Return the session of this process's identity.

        In the oldest regions, an older botocore would send STS calls to the global endpoint. A VPC without internet
        does not reach it.

        Args:
            region: region of the calls.
            profile: AWS profile; empty for the default chain.
        """
        core = botocore.session.Session(profile=profile or None)
        core.set_config_variable("region", region)
        core.set_config_variable("sts_regional_endpoints", "regional")
        paths = core.get_component("data_loader").search_paths
        core.register_component("data_loader", _Loader(paths, include_default_search_paths=False))
        return Session(core)

    def acting_with(self, keys: Mapping[str, str]) -> Session:
        """Return the session of an assumed role."""
        return Session(self._core, keys)

    def client(self, service: str, region: str, endpoint: Optional[str], **options: Any) -> Any:
        """Return a client of `service`; `options` are those of botocore's ``Config``."""
        given = {"endpoint_url": endpoint, "config": Config(**options), **self._keys}
        return self._core.create_client(service, region, **given)

    def get_credentials(self) -> Any:
        """Return botocore's credentials, or None if there are none."""
        return Credentials(*self._keys.values()) if self._keys else self._core.get_credentials()


class _Files(JSONFileLoader):
    """Reads into plain dictionaries; botocore's own are slower to make, and its endpoints are a mebibyte."""

    def load_file(self, file_path: str) -> Any:
        for end, opened in ((".json", open), (".json.gz", gzip.open)):
            if os.path.isfile(file_path + end):
                with opened(file_path + end, "rb") as file:
                    return json.load(file)
        return None


class _Loader(Loader):
    """Knows services by the names of their folders; botocore's own looks into all 450 of them for each client."""

    FILE_LOADER_CLASS = _Files

    def list_available_services(self, type_name: str) -> List[str]:
        return [name for path in self.search_paths if os.path.isdir(path) for name in os.listdir(path)]
