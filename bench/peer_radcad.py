"""National Group-Buy in radCAD: columns of members are state variables, a timestep is a business day.

Each timestep has three blocks: midnight, joins, settlement. A policy works on copies of the columns that it
changes, so that radCAD need not copy the whole state for every function (`deepcopy=False`, the faster way).
Runs in the peers' environment.
"""

import random
import time
from importlib.metadata import version

import numpy as np
from radcad import Engine, Model, Simulation
from radcad.engine import Backend

from bench.peer_terms import Answer, Terms, answer

# A column each, an entry a member.
ASSETS = ("cash", "credit", "dividend_points", "consumer_points")
COUNTERS = ("sit_out", "wins_in_a_row", "wins", "window_joins", "window_wins", "won_today")


def share_dividend(params, substep, state_history, previous_state):
    """Midnight: yesterday's winners share what their wins put into the pool; the remainder waits in it."""
    funded = previous_state["groups_today"] * params["dividend_of_group"]
    pool, won = previous_state["pool"] + funded, previous_state["won_today"]
    cash, total, shared = previous_state["cash"].copy(), sum(won), 0
    for member, wins in enumerate(won):
        if wins:
            amount = pool * wins // total
            cash[member] += amount
            shared += amount
    return {
        "cash": cash,
        "pool": pool - shared,
        "kept": previous_state["kept"] - funded,
        "won_today": [0] * len(won),
        "groups_today": 0,
    }


def take_joins(params, substep, state_history, previous_state):
    """Members who wish to join pay and take seats: in the first open group where they have none."""
    cash, has_joined = previous_state["cash"].copy(), previous_state["has_joined"].copy()
    open_groups = [group.copy() for group in previous_state["open_groups"]]
    joins_today = [0] * len(cash)
    full, count = [], 0
    wishes = params["generator"].poisson(len(cash) * params["joins_a_day"])
    for member in params["random"].choices(range(len(cash)), k=int(wishes)):
        if joins_today[member] >= params["most_joins_a_day"]:
            continue
        cash[member] -= params["price"]
        seat = (member, joins_today[member] == 0, not has_joined[member])
        joins_today[member] += 1
        has_joined[member] = True
        count += 1
        for number, group in enumerate(open_groups):
            if all(holder != member for holder, _, _ in group):
                group.append(seat)
                if len(group) == params["size"]:
                    full.append(open_groups.pop(number))
                break
        else:
            open_groups.append([seat])
    return {
        "cash": cash,
        "has_joined": has_joined,
        "open_groups": open_groups,
        "full_groups": full,
        "joins": previous_state["joins"] + count,
    }


def settle(params, substep, state_history, previous_state):
    """Draw each full group's winners among the seats that may win, and pay everybody."""
    new = {name: previous_state[name].copy() for name in (*ASSETS, *COUNTERS)}
    kept = drawn = dissolved = 0
    for group in previous_state["full_groups"]:
        able = seats_that_may_win(params, group, new)
        if len(able) < params["winners"]:
            dissolved += 1
            for member, _, _ in group:
                new["cash"][member] += params["price"]
            continue
        drawn += 1
        winners = params["random"].sample(able, params["winners"])
        for number, (member, _, _) in enumerate(group):
            kept += pay(params, member, number in winners, new)
            count_result(params, member, number in winners, new)
    return {
        **new,
        "kept": previous_state["kept"] + kept,
        "groups": previous_state["groups"] + drawn,
        "groups_today": drawn,
        "dissolved": previous_state["dissolved"] + dissolved,
        "full_groups": [],
    }


def seats_that_may_win(params, group, new):
    """The seats of a group that no seat rule bars."""
    first_of_day = next((number for number, seat in enumerate(group) if seat[1]), -1)
    newcomer = next((number for number, seat in enumerate(group) if seat[2]), -1)
    sit_out, window_wins, most = new["sit_out"], new["window_wins"], params["cap_wins"]
    return [
        number
        for number, (member, _, _) in enumerate(group)
        if number != first_of_day
        and number != newcomer
        and sit_out[member] == 0
        and window_wins[member] < most
    ]


def pay(params, member, won, new):
    """Change a member's assets; return what the operator keeps of it."""
    released = min(new["credit"][member], params["release"])
    new["credit"][member] -= released
    new["cash"][member] += released
    new["consumer_points"][member] += params["consumer_points"]
    if won:
        new["credit"][member] += params["credit"]
        new["dividend_points"][member] += params["dividend_points"]
        return params["price"] - released
    new["cash"][member] += params["price"] + params["cash"]
    return -params["cash"] - released


def count_result(params, member, won, new):
    """Count a settled join: privileges, wins, and the window."""
    if new["sit_out"][member] > 0:
        new["sit_out"][member] -= 1
    if won:
        new["won_today"][member] += 1
        new["wins_in_a_row"][member] += 1
        new["wins"][member] += 1
        new["window_wins"][member] += 1
        if new["wins_in_a_row"][member] == params["row_wins"]:
            new["sit_out"][member] += params["row_sit_out"]
            new["wins_in_a_row"][member] = 0
        if new["wins"][member] % params["total_wins"] == 0:
            new["sit_out"][member] += params["total_sit_out"]
    else:
        new["wins_in_a_row"][member] = 0
    new["window_joins"][member] += 1
    if new["window_joins"][member] == params["cap_joins"]:
        new["window_joins"][member] = 0
        new["window_wins"][member] = 0


def taking(name):
    """The state update function that takes what the block's policy found."""

    def update(params, substep, state_history, previous_state, policy_input):
        return name, policy_input[name]

    return update


def block(policy, *names):
    """A state update block of one policy and the variables that it changes."""
    return {"policies": {policy.__name__: policy}, "variables": {name: taking(name) for name in names}}


BLOCKS = [
    block(share_dividend, "cash", "pool", "kept", "won_today", "groups_today"),
    block(take_joins, "cash", "has_joined", "open_groups", "full_groups", "joins"),
    block(settle, *ASSETS, *COUNTERS, "kept", "groups", "groups_today", "dissolved", "full_groups"),
]


def play(terms: Terms) -> Answer:
    """Play the days; only they are timed."""
    state = {name: [0] * terms.members for name in (*ASSETS, *COUNTERS)}
    state |= {"has_joined": [False] * terms.members, "open_groups": [], "full_groups": []}
    state |= dict.fromkeys(("pool", "kept", "joins", "groups", "groups_today", "dissolved"), 0)
    chance = {"random": random.Random(terms.seed), "generator": np.random.default_rng(terms.seed)}
    model = Model(initial_state=state, state_update_blocks=BLOCKS, params={**terms._asdict(), **chance})
    simulation = Simulation(model=model, timesteps=terms.days)
    simulation.engine = Engine(backend=Backend.SINGLE_PROCESS, deepcopy=False, drop_substeps=True)
    started = time.process_time()
    last = simulation.run()[-1]
    seconds = time.process_time() - started
    figures = (last[name] for name in ("joins", "groups", "dissolved", "kept"))
    return Answer(f"radCAD {version('radcad')}", seconds, *figures, sum(last["credit"]))


if __name__ == "__main__":
    answer(play)
