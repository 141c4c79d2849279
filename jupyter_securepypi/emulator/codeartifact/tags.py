"""Tags of resources."""

from __future__ import annotations

from typing import Any

from ..pages import invalid
from .asked import Answer, Asked, Routes, not_found, over_quota, texts

_MOST_TAGS = 50


def _tag(asked: Asked) -> Answer:
    set_tags(asked, _resource(asked, "TagResource"))
    return {}


def _untag(asked: Asked) -> Answer:
    kept = asked.state.world.tags.get(_resource(asked, "UntagResource"), {})
    for key in texts("tagKeys", asked.body.get("tagKeys")):
        kept.pop(key, None)
    return {}


def _list(asked: Asked) -> Answer:
    kept = asked.state.world.tags.get(_resource(asked, "ListTagsForResource"), {})
    return {"tags": [{"key": key, "value": value} for key, value in kept.items()]}


def set_tags(asked: Asked, arn: str) -> None:
    """Add the tags in the body to the resource `arn`."""
    given: Any = asked.body.get("tags") or []
    kept = asked.state.world.tags.setdefault(arn, {})
    if not all(isinstance(tag, dict) and {"key", "value"} <= set(tag) for tag in given):
        raise invalid("Value at 'tags' must be a list of keys and values")
    wanted = kept | {str(tag["key"]): str(tag["value"]) for tag in given}
    if len(wanted) > _MOST_TAGS:
        raise over_quota("repository", f"A resource has at most {_MOST_TAGS} tags", arn)
    asked.state.world.tags[arn] = wanted


def _resource(asked: Asked, action: str) -> str:
    arn = asked.get("resourceArn")
    world = asked.state.world
    for domain in world.domains():
        groups = {domain.group_arn(group.pattern.text) for group in domain.groups.all()}
        if arn in {domain.arn, *groups}:
            asked.authorize(action, arn, domain.owner, domain.policy)
            return arn
    for repo in world.repositories():
        if arn == repo.arn:
            asked.authorize(action, arn, repo.domain.owner, repo.policy)
            return arn
    raise not_found("repository" if ":repository/" in arn else "domain", f"Resource '{arn}'", arn)


ROUTES: Routes = {
    ("POST", "/v1/tag"): ("TagResource", _tag),
    ("POST", "/v1/untag"): ("UntagResource", _untag),
    ("POST", "/v1/tags"): ("ListTagsForResource", _list),
}
