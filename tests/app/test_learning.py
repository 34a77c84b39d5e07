"""What was confirmed shows in the next answer's evidence, and engineers say when an answer was wrong."""

import json
from pathlib import Path
from typing import Any

from bot import outcomes, store
from bot.services import Service
from bot.settings import Settings
from bot.workspace.people import HELP_API, LOCKSMITH, RITA, SAM
from bot.workspace.workspace import Workspace
from tests.learning.conftest import case_of

ORDERS = Service(name="orders", hosts=("api.example.invalid",))
REPORT = (
    "@locksmith 401 on https://api.example.invalid/v1/orders, it says WWW-Authenticate: Bearer "
    'error="invalid_token", error_description="The access token expired"'
)


async def answered(workspace: Workspace, text: str = REPORT) -> Any:
    """The answer to Rita's report."""
    ts = await workspace.post(RITA, HELP_API, text)

    def answers() -> list[Any]:
        own = [m for m in workspace.messages(HELP_API, ts) if m.user == LOCKSMITH]
        return [m for m in own if "Looking" not in m.text]

    return (await workspace.until(answers))[0]


async def test_what_was_confirmed_at_a_service_is_told_in_the_evidence(
    bot: Any, workspace: Workspace, tmp_path: Path
) -> None:
    async with store.connect(Settings(data=tmp_path / "data")) as redis:
        for at in range(12):
            await outcomes.confirm(redis, case_of("token_expired", id=f"AA{at + 10}"), "seen_in_logs")
        for at in range(5):
            await outcomes.confirm(redis, case_of("token_expired", id=f"BB{at + 10}"), "reporter")
            await outcomes.confirm(redis, case_of("clock_skew", id=f"CC{at + 10}", service="other"), "probe")
        async with bot(services=(ORDERS,)):
            reply = await answered(workspace)
            await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
            shown = json.dumps(await workspace.until(lambda: [view.body for view in workspace.views(SAM)]))
        assert "Seen 12 times at this service, of 12 confirmed cases" in shown
        assert "Seen 12 times" not in json.dumps(reply.blocks)
        (first,) = [a for a in (await outcomes.ANSWERS.all(redis)).values() if a.service == "orders"]
        assert first.cause == "token_expired"
