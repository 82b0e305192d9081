"""Rights and visibility, declared in one place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import RIGHTS, ROLES, Actor, require, require_inbox, rights_of, visible_inboxes
from app.errors import NotAllowed, NotFound

names = st.frozensets(st.sampled_from("abcdef"))


def somebody(role: str, inbox_ids: frozenset[str] = frozenset()) -> Actor:
    return Actor(person_id="p", workspace_id="w", role=role, inbox_ids=inbox_ids, name="", language=None)  # type: ignore[arg-type]


@given(st.sampled_from(ROLES), names, names)
def test_a_private_inbox_is_visible_to_members_only(role: str, public: frozenset[str], joined: frozenset[str]) -> None:
    assert visible_inboxes(role, public, joined) <= public | joined  # type: ignore[arg-type]


def test_each_role_sees_what_the_contract_says() -> None:
    public, joined = frozenset({"front", "back"}), frozenset({"back", "board"})
    seen = {role: visible_inboxes(role, public, joined) for role in ROLES}
    assert seen["administrator"] == seen["supervisor"] == {"front", "back", "board"}
    assert seen["agent"] == joined
    assert seen["marketer"] == seen["analyst"] == frozenset()


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("role", ROLES)
def test_require_agrees_with_what_me_tells(role: str, right: str) -> None:
    if right in rights_of(role):
        require(somebody(role), right)
    else:
        with pytest.raises(NotAllowed):
            require(somebody(role), right)


def test_an_undeclared_right_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        require(somebody("administrator"), "conversations.raed")


def test_an_invisible_inbox_is_missing() -> None:
    require_inbox(somebody("agent", frozenset({"a"})), "a")
    for inbox_id in ("b", None):
        with pytest.raises(NotFound):
            require_inbox(somebody("agent", frozenset({"a"})), inbox_id)
