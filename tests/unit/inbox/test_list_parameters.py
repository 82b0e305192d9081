"""The list takes exactly what the registry of fields declares."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from fastapi.openapi.utils import get_openapi

from app.inbox.routes import router
from app.inbox.schemas import ListAsk
from ingest.domain.fields import CONVERSATION_FIELDS, SORTS, Field

PAGING = {"sort", "cursor", "limit"}


def parameters() -> dict[str, dict[str, Any]]:
    paths = get_openapi(title="inbox", version="1", routes=router.routes)["paths"]
    return {each["name"]: each for each in paths["/api/conversations"]["get"]["parameters"]}


def test_the_parameters_of_the_list_are_the_declared_fields() -> None:
    assert set(parameters()) - PAGING == set(CONVERSATION_FIELDS)


@pytest.mark.parametrize("field", CONVERSATION_FIELDS.values(), ids=lambda field: field.name)
def test_a_parameter_says_and_takes_what_its_field_declares(field: Field) -> None:
    given = ListAsk.model_fields[field.name]
    assert parameters()[field.name]["description"] == field.doc
    assert tuple(get_args(given.annotation)) == field.choices or field.type != "choice"
    assert (given.annotation is bool) == (field.type == "flag")


def test_the_orders_of_the_list_are_the_declared_ones() -> None:
    assert get_args(ListAsk.model_fields["sort"].annotation) == SORTS
