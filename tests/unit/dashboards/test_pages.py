"""Who sees which page."""

from __future__ import annotations

from dashboards.pages import HERE, PAGES, pages_of


def paths(role: str) -> set[str]:
    """Return the paths a role sees."""
    return {entry.path for entry in pages_of(role)}


def test_agents_see_the_inbox_and_no_reports() -> None:
    assert "console/inbox.py" in paths("agent")
    assert not any(path.startswith("reports/") for path in paths("agent"))


def test_marketers_and_analysts_see_reports_and_no_conversations() -> None:
    for role in ("marketer", "analyst"):
        assert "console/inbox.py" not in paths(role)
        assert "reports/conversations.py" in paths(role)


def test_only_administrators_set_up_people() -> None:
    assert [
        role
        for role in ("administrator", "supervisor", "agent", "marketer", "analyst")
        if "console/people.py" in paths(role)
    ] == ["administrator"]


def test_everybody_reaches_their_account() -> None:
    for role in ("administrator", "supervisor", "agent", "marketer", "analyst"):
        assert "console/account.py" in paths(role)


def test_every_console_page_of_the_table_exists() -> None:
    assert [
        entry.path for entry in PAGES if entry.path.startswith("console/") and not (HERE / entry.path).exists()
    ] == []
