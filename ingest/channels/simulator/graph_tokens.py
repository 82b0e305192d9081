"""What a simulated Graph API says of an access token, as Meta's `debug_token` does."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ingest.channels.simulator.graph_rules import Refusal

APP_ID = "1517776481860111"


@dataclass(slots=True)
class TokenFacts:
    """What a token may do, for which account, and until when (0: for ever)."""

    scopes: tuple[str, ...]
    target: str
    expires_s: int = 0


async def debug_token(request: Request, token: str, facts: TokenFacts) -> Response:
    """Answer a posted GET of `debug_token`; of any token but ours nothing is told."""
    async with request.form() as form:
        asked, method = str(form.get("input_token")), str(form.get("method")).upper()
    if method != "GET":
        raise Refusal(100, "Unsupported post request.", subcode=33)
    if asked != token:
        return JSONResponse(
            {"data": {"is_valid": False, "error": {"code": 190, "message": "Invalid OAuth access token"}}}
        )
    granular = [{"scope": each, "target_ids": [facts.target]} for each in facts.scopes]
    known = {"app_id": APP_ID, "type": "SYSTEM_USER", "application": "Simulator", "is_valid": True}
    told = {"expires_at": facts.expires_s, "scopes": list(facts.scopes), "granular_scopes": granular}
    return JSONResponse({"data": known | told})
