"""Roles through boto3; in files what the emulator lacks: keys, Studio's configurations, Google's repositories."""

from __future__ import annotations

import json
import uuid
from urllib.parse import unquote

from provider_resources import Described, Kept, aws


class Role(Described):
    kind = "aws_iam_role"
    json_texts = ("assume_role_policy",)
    fills = ("id", "name", "name_prefix", "managed_policy_arns", "tags_all")
    replaces = ("name", "path")

    def make(self, planned):
        asked = {"RoleName": planned["name"], "Description": planned["description"] or ""}
        policy = json.dumps(planned["assume_role_policy"])
        aws("iam").create_role(**asked, AssumeRolePolicyDocument=policy)
        return {"id": planned["name"]}

    def look(self, state):
        iam = aws("iam")
        try:
            found = iam.get_role(RoleName=state["id"])["Role"]
        except iam.exceptions.NoSuchEntityException:
            return None
        return {
            "arn": found["Arn"],
            "name": found["RoleName"],
            "description": found["Description"],
            "assume_role_policy": found["AssumeRolePolicyDocument"],
            "unique_id": found["RoleId"],
            "create_date": found["CreateDate"].isoformat(),
            "managed_policy_arns": [],
            "name_prefix": "",
            "tags_all": {},
        }

    def change(self, state, planned):
        policy = json.dumps(planned["assume_role_policy"])
        aws("iam").update_assume_role_policy(RoleName=state["id"], PolicyDocument=policy)

    def remove(self, state):
        aws("iam").delete_role(RoleName=state["id"])

    def imported(self, name):
        return {"id": name}


class RolePolicy(Described):
    kind = "aws_iam_role_policy"
    json_texts = ("policy",)
    fills = ("id", "name", "name_prefix")
    replaces = ("name", "role")

    def _where(self, state):
        return {"RoleName": state["role"], "PolicyName": state["name"]}

    def make(self, planned):
        document = json.dumps(planned["policy"])
        aws("iam").put_role_policy(**self._where(planned), PolicyDocument=document)
        return {"id": f"{planned['role']}:{planned['name']}"}

    def look(self, state):
        iam = aws("iam")
        try:
            found = iam.get_role_policy(**self._where(state))["PolicyDocument"]
        except iam.exceptions.NoSuchEntityException:
            return None
        document = json.loads(unquote(found)) if isinstance(found, str) else found
        return {"policy": document, "name_prefix": ""}

    def change(self, state, planned):
        self.make(planned)

    def remove(self, state):
        aws("iam").delete_role_policy(**self._where(state))


class _KeptResource(Described):
    """One that is kept in a file, with every attribute that was planned."""

    def names(self, planned):
        raise NotImplementedError

    def make(self, planned):
        found = self.names(planned)
        Kept().put(found["id"], {**planned, **found})
        return found

    def look(self, state):
        return Kept().get(state["id"])

    def change(self, state, planned):
        Kept().put(state["id"], planned)

    def remove(self, state):
        Kept().remove(state["id"])

    def imported(self, name):
        return {"id": name}


class Key(_KeptResource):
    kind = "aws_kms_key"
    json_texts = ("policy",)
    fills = ("id", "region", "description", "policy", "multi_region", "rotation_period_in_days", "tags_all")

    def names(self, planned):
        key = str(uuid.uuid4())
        arn = f"arn:aws:kms:{self.app.region}:{self.app.account}:key/{key}"
        more = {
            "description": planned["description"] or "",
            "policy": {},
            "multi_region": False,
            "tags_all": {},
        }
        return {
            **more,
            "id": key,
            "key_id": key,
            "arn": arn,
            "region": self.app.region,
            "rotation_period_in_days": 365,
        }


class LifecycleConfig(_KeptResource):
    kind = "aws_sagemaker_studio_lifecycle_config"
    fills = ("id", "region", "tags_all")
    replaces = tuple(f"studio_lifecycle_config_{one}" for one in ("app_type", "content", "name"))

    def names(self, planned):
        name = planned["studio_lifecycle_config_name"]
        arn = f"arn:aws:sagemaker:{self.app.region}:{self.app.account}:studio-lifecycle-config/{name}"
        return {"id": name, "arn": arn, "region": self.app.region, "tags_all": {}}


class ArtifactRegistry(_KeptResource):
    provider = "google"
    kind = "google_artifact_registry_repository"
    fills = ("id", "location", "project")
    replaces = ("repository_id", "location", "project", "mode", "format")

    def names(self, planned):
        where = f"projects/{planned['project']}/locations/{planned['location']}"
        now = {"create_time": "2026-11-28T00:00:00Z", "update_time": "2026-11-28T00:00:00Z"}
        name = planned["repository_id"]
        return {**now, "id": f"{where}/repositories/{name}", "name": name}


class Member(_KeptResource):
    provider = "google"
    kind = "google_artifact_registry_repository_iam_member"
    fills = ("id", "location", "project")
    replaces = ("member", "role", "repository", "location", "project")

    def names(self, planned):
        return {"id": f"{planned['repository']}/{planned['role']}/{planned['member']}", "etag": "1"}
