"""What is told of small traffic, and what is not."""

from __future__ import annotations

import copy
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.spikes.detector import Detector
from bot.spikes.model import MINUTE, OTHER, Alert, Cell, Change, Count, Node, Notice, Rules
from tests.spikes.traffic import AGENTS, CELLS, DAY, REGIONS, ROUTES, START, failing, minutes, steady

LEARNT = 2 * DAY
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fed(detector: Detector, days: list[list[Count]], first: int = 0) -> tuple[list[Alert], list[Notice]]:
    alerts: list[Alert] = []
    notices: list[Notice] = []
    for minute, counts in minutes(days, first):
        said = detector.minute(minute, counts)
        alerts += said.alerts
        notices += said.notices
    return alerts, notices


@pytest.fixture(scope="module")
def learnt() -> Detector:
    """A detector that knows two steady days, and had nothing to say of them."""
    detector = Detector()
    alerts, notices = fed(detector, steady(LEARNT))
    assert alerts == []
    assert [notice.kind for notice in notices] == ["learning", "learning"]
    return detector


def told(detector: Detector, days: list[list[Count]], **more: object) -> tuple[list[Alert], list[Notice]]:
    fresh = copy.deepcopy(detector)
    for name, value in more.items():
        setattr(fresh, name, value)
    return fed(fresh, days, LEARNT)


def later(count: int, seed: int = 7) -> list[list[Count]]:
    return steady(count, seed=seed, first=LEARNT)


dims = st.one_of(
    st.just({}),
    *(st.fixed_dictionaries({name: st.sampled_from(values)}) for name, values in
      (("route", ROUTES), ("user_agent", AGENTS), ("region", REGIONS))),
    st.fixed_dictionaries({"route": st.sampled_from(ROUTES), "user_agent": st.sampled_from(AGENTS)}),
)  # fmt: skip


@few
@given(hit=dims, seed=st.integers(0, 1000))
def test_a_part_that_fails_is_named_within_two_minutes(learnt: Detector, hit: dict[str, str], seed: int) -> None:
    days = [*later(5, seed), *(failing(counts, **hit) for counts in steady(8, seed=seed, first=LEARNT + 5))]
    alerts, _ = told(learnt, days)
    first = next(alert for alert in alerts if alert.state == "open")
    assert first.at <= START + (LEARNT + 7) * MINUTE
    assert alerts[-1].incident.node == Node(**hit)
    assert len({alert.incident.id for alert in alerts}) == 1


@pytest.mark.parametrize("region", REGIONS)
def test_where_all_come_from_one_region_it_is_not_the_region_that_is_hit(learnt: Detector, region: str) -> None:
    alone = [[count for count in counts if count.cell.region == region] for counts in later(53)]
    days = [*alone[:45], *map(failing, alone[45:])]
    rotation = Change("k1", START + (LEARNT + 45) * MINUTE - 20, "key_rotation", Node())
    alerts, _ = told(learnt, days, changes=[rotation])
    assert {(alert.incident.node, alert.incident.cause) for alert in alerts} == {(Node(), rotation)}


@few
@given(seed=st.integers(0, 10_000))
def test_a_flat_service_is_never_told(learnt: Detector, seed: int) -> None:
    alerts, notices = told(learnt, later(180, seed))
    assert (alerts, notices) == ([], [])


@few
@given(share=st.integers(0, 100))
def test_traffic_without_any_401_is_never_told(learnt: Detector, share: int) -> None:
    days = [[c._replace(unauthorized=0, total=c.total * share) for c in counts if share] for counts in later(60)]
    assert told(learnt, days)[0] == []


@few
@given(times=st.integers(2, 50))
def test_more_traffic_at_the_same_share_is_no_spike(learnt: Detector, times: int) -> None:
    days = [[c._replace(total=c.total * times, unauthorized=c.total * times // 60) for c in m] for m in later(40)]
    assert told(learnt, days)[0] == []


@few
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_and_their_parts_do_not_matter(learnt: Detector, seed: int) -> None:
    rng = random.Random(seed)
    days = [*later(3), *(failing(counts, route=ROUTES[0]) for counts in steady(6, first=LEARNT + 3))]
    mixed = []
    for counts in days:
        parts = [Count(c.minute, c.cell, c.total - c.unauthorized, 0) for c in counts]
        parts += [Count(c.minute, c.cell, c.unauthorized, c.unauthorized) for c in counts]
        rng.shuffle(parts)
        mixed.append(parts)
    assert told(learnt, mixed) == told(learnt, days)


def test_the_same_input_gives_the_same_answer(learnt: Detector) -> None:
    days = [failing(counts, region="north") for counts in later(20)]
    assert told(learnt, days) == told(learnt, days)


def test_names_have_no_say(learnt: Detector) -> None:
    new = {name: f"n{number}" for number, name in enumerate((*ROUTES, *AGENTS, *REGIONS))}

    def renamed(days: list[list[Count]]) -> list[list[Count]]:
        return [[c._replace(cell=Cell(*(new[name] for name in c.cell))) for c in counts] for counts in days]

    days = [*later(3), *(failing(counts, user_agent="web") for counts in steady(6, first=LEARNT + 3))]
    fresh = Detector()
    fed(fresh, renamed(steady(LEARNT)))
    theirs, _ = fed(fresh, renamed(days), LEARNT)
    ours, _ = told(learnt, days)
    assert [a.at for a in theirs] == [a.at for a in ours]
    assert theirs[-1].incident.node == Node(user_agent=new["web"])


def test_nothing_is_told_before_the_first_midnight() -> None:
    alerts, notices = fed(Detector(), [failing(counts) for counts in steady(60)])
    assert alerts == []
    assert [notice.kind for notice in notices] == ["learning"]


def test_a_few_minutes_before_midnight_are_not_enough_to_judge_by() -> None:
    detector = Detector()
    fed(detector, steady(30, first=DAY - 30), DAY - 30)
    alerts, _ = fed(detector, [failing(counts) for counts in steady(60, first=DAY)], DAY)
    assert alerts == []


def test_minutes_that_are_skipped_hold_nothing(learnt: Detector) -> None:
    detector = copy.deepcopy(learnt)
    fed(detector, [failing(counts) for counts in later(1)], LEARNT)
    fed(detector, steady(1, first=LEARNT + 64), LEARNT + 64)
    assert detector.counter.recent.sums().total[-1].max() == detector.counter.recent.sums().total[0].max()


def test_an_incident_closes_after_it_was_silent_and_opens_once(learnt: Detector) -> None:
    days = [*(failing(counts, route=ROUTES[1]) for counts in later(10)), *steady(60, first=LEARNT + 10)]
    alerts, _ = told(learnt, days)
    assert [alert.state for alert in alerts] == ["open", "closed"]
    assert alerts[1].at - alerts[0].at >= Rules().silent_min * MINUTE


def test_the_change_behind_it_is_named_and_one_elsewhere_is_not(learnt: Detector) -> None:
    onset = START + (LEARNT + 20) * MINUTE
    days = [*later(20), *(failing(counts, route=ROUTES[0]) for counts in steady(10, first=LEARNT + 20))]
    near = Change("d1", onset - 240, "deploy", Node(route=ROUTES[0]))
    elsewhere = Change("d2", onset - 30, "deploy", Node(route=ROUTES[1]))
    rotation = Change("k1", onset - 30, "jwks_rotation", Node())
    assert told(learnt, days, changes=[near, elsewhere, rotation])[0][-1].incident.cause == near
    assert told(learnt, days, changes=[elsewhere, rotation])[0][-1].incident.cause is None
    whole = [*later(20), *(failing(counts) for counts in steady(10, first=LEARNT + 20))]
    assert told(learnt, whole, changes=[near, elsewhere, rotation])[0][-1].incident.cause == rotation


def test_a_blip_right_after_a_deploy_is_let_pass(learnt: Detector) -> None:
    at = START + (LEARNT + 5) * MINUTE
    days = [*later(5), failing(later(6)[5], route=ROUTES[0]), *steady(40, first=LEARNT + 6)]
    assert [a.state for a in told(learnt, days)[0]] == ["open", "closed"]
    alerts, _ = told(learnt, days, changes=[Change("d", at, "deploy", Node(route=ROUTES[0]))])
    assert alerts == []


def test_one_client_is_for_the_digest(learnt: Detector) -> None:
    noisy = CELLS[4]
    days = [[*counts, Count(counts[0].minute, noisy, 3, 3)] for counts in later(60)]
    alerts, notices = told(learnt, days)
    assert alerts == []
    assert [notice.kind for notice in notices] == ["one_client"]


def test_a_failure_that_hits_one_cell_hardest_is_told_once_the_others_alone_are_above_their_usual() -> None:
    def busy(days: list[list[Count]], more: int = 0) -> list[list[Count]]:
        """South asks four times as much; `more` 401s a minute, two in north for one in south."""
        north, south = (Cell(ROUTES[0], "web", region) for region in REGIONS)
        extra = ((north, 2 * more), (south, more))
        return [
            [
                *(c._replace(total=c.total * 4) if c.cell == south else c for c in counts),
                *(Count(counts[0].minute, cell, bad, bad) for cell, bad in extra),
            ]
            for counts in days
        ]

    detector = Detector()
    fed(detector, busy(steady(LEARNT)))
    alerts, _ = told(detector, busy(later(40), 1))
    assert alerts[0].incident.node == Node(route=ROUTES[0], user_agent="web")


def test_401s_that_one_caller_repeats_do_not_count(learnt: Detector) -> None:
    days = [[*counts, *(Count(counts[0].minute, cell, 9, 9, 9) for cell in CELLS)] for counts in later(30)]
    assert told(learnt, days)[0] == []


def test_missing_logs_are_told_and_their_return(learnt: Detector) -> None:
    days = [[c for c in counts if c.cell.region == "north"] for counts in later(20)]
    alerts, notices = told(learnt, [*days, *steady(10, first=LEARNT + 20)])
    assert alerts == []
    assert [(n.kind, n.node) for n in notices] == [("gap", Node(region="south")), ("back", Node(region="south"))]
    assert notices[0].text == "no logs from south (all routes) since 2026-01-07 00:00 UTC"


def test_nothing_at_all_is_told_as_one_gap(learnt: Detector) -> None:
    _, notices = told(learnt, [[] for _ in range(30)])
    assert [(n.kind, n.node) for n in notices] == [("gap", Node())]


def test_guessing_at_a_log_in_is_no_incident_and_a_broken_log_in_is() -> None:
    def with_login(days: list[list[Count]], good: int, bad: int) -> list[list[Count]]:
        return [
            [*counts, *(Count(counts[0].minute, Cell("POST /in", "web", r), good + bad, bad) for r in REGIONS)]
            for counts in days
        ]

    detector = Detector()
    fed(detector, with_login(steady(LEARNT), 9, 3))
    assert detector.counter.logins == {"POST /in"}
    alerts, notices = told(detector, with_login(later(60), 9, 60))
    assert alerts == []
    assert {notice.kind for notice in notices} == {"guessing"}
    alerts, _ = told(detector, with_login(later(30), 0, 60))
    assert alerts[0].incident.node.route == "POST /in"


def test_names_beyond_the_limits_are_counted_together_and_said() -> None:
    detector = Detector(replace(Rules(), routes=5))
    many = [[Count(START, Cell(f"GET /{n}", "web", "north"), 5, 0) for n in range(300)]]
    _, notices = fed(detector, many)
    assert [n.kind for n in notices] == ["learning", "folded"]
    assert len(detector.counter.nodes) < 40
    assert detector.counter.nodes.find(Node(route=OTHER))


def test_the_busiest_names_stay_when_there_are_too_many() -> None:
    detector = Detector(replace(Rules(), routes=10))
    for minute in range(2 * DAY):
        at = START + minute * MINUTE
        rare = Cell(f"GET /rare/{minute % 50}", "web", "north")
        busy = [Count(at, Cell(f"GET /{n}", "web", "north"), 20, 0) for n in range(8)]
        detector.minute(at, [Count(at, rare, 1, 0), *busy])
    kept = {node.route for node in detector.counter.nodes.names if node.route}
    assert {f"GET /{n}" for n in range(8)} <= kept


def test_late_counts_are_added_to_their_minutes(learnt: Detector) -> None:
    days = [failing(counts, route=ROUTES[0]) for counts in later(10)]
    late: list[list[Count]] = [[] for _ in range(9)]
    late.append([count for counts in days for count in counts])
    alerts, _ = told(learnt, late)
    assert alerts[0].incident.node == Node(route=ROUTES[0])
    assert alerts[0].incident.onset <= START + (LEARNT + 1) * MINUTE
