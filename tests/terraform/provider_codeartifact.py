"""CodeArtifact's resources, through boto3."""

from __future__ import annotations

import json

from provider_resources import Described, DescribedData, aws


def codeartifact():
    return aws("codeartifact")


def parts(arn):
    """The domain, its owner and the rest of an ARN's path."""
    _, _, _, _, owner, path = arn.split(":", 5)
    _, domain, *rest = path.split("/", 2)
    return {"domain": domain, "domainOwner": owner}, "".join(rest)


class Domain(Described):
    kind = "aws_codeartifact_domain"
    fills = ("id", "region", "encryption_key", "tags_all")
    replaces = ("domain", "encryption_key")

    def make(self, planned):
        asked = {"domain": planned["domain"], "encryptionKey": planned["encryption_key"]}
        arn = codeartifact().create_domain(**asked)["domain"]["arn"]
        return {"id": arn, "arn": arn}

    def look(self, state):
        client = codeartifact()
        try:
            found = client.describe_domain(**parts(state["arn"])[0])["domain"]
        except client.exceptions.ResourceNotFoundException:
            return None
        return {
            "owner": found["owner"],
            "domain": found["name"],
            "encryption_key": found["encryptionKey"],
            "asset_size_bytes": str(found["assetSizeBytes"]),
            "repository_count": state.get("repository_count") or 0,
            "s3_bucket_arn": found["s3BucketArn"],
            "created_time": found["createdTime"].isoformat(),
            "region": self.app.region,
            "tags_all": {},
        }

    def remove(self, state):
        codeartifact().delete_domain(**parts(state["arn"])[0])

    def imported(self, name):
        return {"id": name, "arn": name}


class RepositoryResource(Described):
    kind = "aws_codeartifact_repository"
    fills = ("id", "region", "domain_owner", "tags_all")
    replaces = ("domain", "domain_owner", "repository")

    def _where(self, state):
        domain, name = parts(state["arn"])
        return {**domain, "repository": name}

    def make(self, planned):
        where = {"domain": planned["domain"], "repository": planned["repository"]}
        if planned["domain_owner"]:
            where["domainOwner"] = planned["domain_owner"]
        upstreams = [{"repositoryName": one["repository_name"]} for one in planned["upstream"]]
        client = codeartifact()
        description = planned["description"] or ""
        made = client.create_repository(**where, description=description, upstreams=upstreams)["repository"]
        for one in planned["external_connections"]:
            client.associate_external_connection(**where, externalConnection=one["external_connection_name"])
        return {"id": made["arn"], "arn": made["arn"]}

    def look(self, state):
        client = codeartifact()
        try:
            found = client.describe_repository(**self._where(state))["repository"]
        except client.exceptions.ResourceNotFoundException:
            return None
        connections = [
            {
                "external_connection_name": one["externalConnectionName"],
                "package_format": None,
                "status": None,
            }
            for one in found["externalConnections"]
        ]
        return {
            "domain": found["domainName"],
            "domain_owner": found["domainOwner"],
            "repository": found["name"],
            "description": found["description"],
            "administrator_account": found["administratorAccount"],
            "upstream": [{"repository_name": one["repositoryName"]} for one in found["upstreams"]],
            "external_connections": connections,
            "region": self.app.region,
            "tags_all": {},
        }

    def change(self, state, planned):
        # As the real provider: where no upstream is left, none is sent.
        upstreams = [{"repositoryName": one["repository_name"]} for one in planned["upstream"]]
        more = {"upstreams": upstreams} if upstreams else {}
        description = planned["description"] or ""
        codeartifact().update_repository(**self._where(state), description=description, **more)

    def remove(self, state):
        codeartifact().delete_repository(**self._where(state))

    def imported(self, name):
        return {"id": name, "arn": name}


class _Policy(Described):
    json_texts = ("policy_document",)
    fills = ("id", "region", "domain_owner", "policy_revision")
    scope = ""

    def _where(self, state):
        found = {"domain": state["domain"], "domainOwner": state["domain_owner"]}
        return {**found, "repository": state["repository"]} if self.scope == "repository" else found

    def _call(self, verb, **asked):
        return getattr(codeartifact(), f"{verb}_{self.scope}_permissions_policy")(**asked).get("policy")

    def make(self, planned):
        found = self._call("put", **self._where(planned), policyDocument=json.dumps(planned["policy_document"]))
        return {"id": found["resourceArn"]}

    def look(self, state):
        try:
            found = self._call("get", **self._where(state))
        except codeartifact().exceptions.ResourceNotFoundException:
            return None
        return {
            "policy_document": json.loads(found["document"]),
            "policy_revision": found["revision"],
            "resource_arn": found["resourceArn"],
            "region": self.app.region,
        }

    def change(self, state, planned):
        self.make(planned)

    def remove(self, state):
        self._call("delete", **self._where(state))

    def imported(self, name):
        domain, repository = parts(name)
        found = {"id": name, "domain": domain["domain"], "domain_owner": domain["domainOwner"]}
        return {**found, "repository": repository} if self.scope == "repository" else found


class DomainPolicy(_Policy):
    kind = "aws_codeartifact_domain_permissions_policy"
    replaces = ("domain", "domain_owner")
    scope = "domain"


class RepositoryPolicy(_Policy):
    kind = "aws_codeartifact_repository_permissions_policy"
    replaces = ("domain", "domain_owner", "repository")
    scope = "repository"


class Endpoint(DescribedData):
    kind = "aws_codeartifact_repository_endpoint"

    def look(self, config):
        where = {"domain": config["domain"], "repository": config["repository"], "format": config["format"]}
        if config["domain_owner"]:
            where["domainOwner"] = config["domain_owner"]
        found = codeartifact().get_repository_endpoint(**where)["repositoryEndpoint"]
        return {"repository_endpoint": found, "id": found, "region": self.app.region}


class PackageGroup(Described):
    provider = "awscc"
    kind = "awscc_codeartifact_package_group"
    fills = ("domain_owner", "contact_info", "description")
    replaces = ("domain_name", "domain_owner", "pattern")

    def _where(self, state):
        owner = {"domainOwner": state["domain_owner"]} if state["domain_owner"] else {}
        return {"domain": state["domain_name"], **owner, "packageGroup": state["pattern"]}

    def _restrict(self, planned):
        restrictions = {
            name.upper(): one["restriction_mode"]
            for name, one in (planned["origin_configuration"] or {}).get("restrictions", {}).items()
            if one
        }
        client = codeartifact()
        client.update_package_group_origin_configuration(**self._where(planned), restrictions=restrictions)

    def make(self, planned):
        made = codeartifact().create_package_group(**self._where(planned), description=planned["description"])
        self._restrict(planned)
        return {"id": made["packageGroup"]["arn"], "arn": made["packageGroup"]["arn"]}

    def look(self, state):
        client = codeartifact()
        try:
            found = client.describe_package_group(**self._where(state))["packageGroup"]
        except client.exceptions.ResourceNotFoundException:
            return None
        modes = found["originConfiguration"]["restrictions"]
        restrictions = {
            name: {"restriction_mode": modes[name.upper()]["mode"], "repositories": None}
            if modes[name.upper()]["mode"] != "INHERIT"
            else None
            for name in ("external_upstream", "internal_upstream", "publish")
        }
        return {
            "arn": found["arn"],
            "id": found["arn"],
            "domain_name": found["domainName"],
            "domain_owner": found["domainOwner"],
            "pattern": found["pattern"],
            "description": found["description"],
            "contact_info": found.get("contactInfo", ""),
            "origin_configuration": {"restrictions": restrictions},
        }

    def change(self, state, planned):
        codeartifact().update_package_group(**self._where(state), description=planned["description"])
        self._restrict(planned)

    def remove(self, state):
        codeartifact().delete_package_group(**self._where(state))

    def imported(self, name):
        domain, pattern = parts(name)
        return {
            "arn": name,
            "domain_name": domain["domain"],
            "domain_owner": domain["domainOwner"],
            "pattern": f"/{pattern}",
        }
