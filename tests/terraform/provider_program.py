"""Terraform providers that ask our emulator: the program that Terraform starts, under the provider's own name.

With several names it serves them all until it is killed, and says how Terraform reaches them.
"""

from __future__ import annotations

import sys
from threading import Thread

import provider_accounts as accounts
import provider_codeartifact as artifacts
from provider_resources import aws
from tf import schema, types
from tf.iface import Provider
from tf.runner import run_provider

_RESOURCES = {
    "aws": [
        artifacts.Domain,
        artifacts.DomainPolicy,
        artifacts.RepositoryResource,
        artifacts.RepositoryPolicy,
        accounts.Role,
        accounts.RolePolicy,
        accounts.Key,
        accounts.LifecycleConfig,
    ],
    "awscc": [artifacts.PackageGroup],
    "google": [accounts.ArtifactRegistry, accounts.Member],
}
_SETTINGS = {"aws": ("region",), "awscc": ("region",), "google": ("project", "region")}


class EmulatedProvider(Provider):
    def __init__(self, name):
        self.name, self.region, self.account = name, "", ""

    def get_model_prefix(self):
        return f"{self.name}_"

    def full_name(self):
        return f"registry.terraform.io/hashicorp/{self.name}"

    def get_provider_schema(self, diags):
        found = [schema.Attribute(one, types.String(), optional=True) for one in _SETTINGS[self.name]]
        if self.name == "aws":
            accounts = types.Set(types.String())
            found.append(schema.Attribute("allowed_account_ids", accounts, optional=True))
        return schema.Schema(attributes=found, version=0)

    def validate_config(self, diags, config):
        pass

    def configure_provider(self, diags, config):
        self.region = config.get("region") or ""
        if self.name == "aws":
            self.account = aws("sts").get_caller_identity()["Account"]
            if self.account not in (config["allowed_account_ids"] or [self.account]):
                diags.add_error(f"AWS account ID not allowed: {self.account}")

    def get_data_sources(self):
        return [artifacts.Endpoint] if self.name == "aws" else []

    def get_resources(self):
        return _RESOURCES[self.name]


if __name__ == "__main__":
    if sys.argv[2:]:
        running = [
            Thread(target=run_provider, args=(EmulatedProvider(name), [name, "--dev"])) for name in sys.argv[1:]
        ]
        for one in running:
            one.start()
        for one in running:
            one.join()
    else:
        run_provider(EmulatedProvider(sys.argv[1]), argv=sys.argv[:1])
