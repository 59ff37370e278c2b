"""National Group-Buy in Mesa: members are agents, a step is a business day.

Runs in the peers' environment.
"""

import time

import mesa

from bench.peer_terms import Answer, Terms, answer


class Seat:
    """A paid join of a member."""

    def __init__(self, holder, is_first_of_day, is_newcomer):
        self.holder = holder
        self.is_first_of_day = is_first_of_day
        self.is_newcomer = is_newcomer


class Member(mesa.Agent):
    """Who joins, wins or loses, and holds what came of it."""

    def __init__(self, model):
        super().__init__(model)
        self.cash = 0
        self.credit = 0
        self.dividend_points = 0
        self.consumer_points = 0
        self.sit_out = 0
        self.wins_in_a_row = 0
        self.wins = 0
        self.window_joins = 0
        self.window_wins = 0
        self.won_today = 0
        self.joins_today = 0
        self.is_newcomer = True

    def wake(self):
        """Midnight: the day's counts start anew."""
        self.won_today = 0
        self.joins_today = 0

    def join(self):
        """Pay and take a seat in the first open group where the member has none, within the day's limit."""
        terms = self.model.terms
        if self.joins_today >= terms.most_joins_a_day:
            return
        self.cash -= terms.price
        seat = Seat(self, self.joins_today == 0, self.is_newcomer)
        self.joins_today += 1
        self.is_newcomer = False
        self.model.seat(seat)

    def may_win(self):
        """Whether the counters let the member win."""
        return self.sit_out == 0 and self.window_wins < self.model.terms.cap_wins

    def release(self):
        """Turn credit into cash; return how much."""
        amount = min(self.credit, self.model.terms.release)
        self.credit -= amount
        self.cash += amount
        return amount

    def count(self, won):
        """Count a settled join: privileges, wins, and the window."""
        terms = self.model.terms
        if self.sit_out > 0:
            self.sit_out -= 1
        if won:
            self.won_today += 1
            self.wins_in_a_row += 1
            self.wins += 1
            if self.wins_in_a_row == terms.row_wins:
                self.sit_out += terms.row_sit_out
                self.wins_in_a_row = 0
            if self.wins % terms.total_wins == 0:
                self.sit_out += terms.total_sit_out
        else:
            self.wins_in_a_row = 0
        self.window_joins += 1
        self.window_wins += won
        if self.window_joins == terms.cap_joins:
            self.window_joins = 0
            self.window_wins = 0


class GroupBuy(mesa.Model):
    """The queue of groups, the draws and the dividend."""

    def __init__(self, terms):
        super().__init__(seed=terms.seed)
        self.terms = terms
        self.open_groups = []
        self.pool = self.kept = 0
        self.joins = self.groups = self.dissolved = self.groups_today = 0
        self.members = list(Member.create_agents(self, terms.members))

    def step(self):
        """A business day."""
        self.share_dividend()
        self.groups_today = 0
        self.agents.do("wake")
        wishes = self.rng.poisson(self.terms.members * self.terms.joins_a_day)
        for member in self.random.choices(self.members, k=int(wishes)):
            member.join()

    def share_dividend(self):
        """Yesterday's winners share what their wins put into the pool; the remainder waits in it."""
        funded = self.groups_today * self.terms.dividend_of_group
        self.kept -= funded
        pool = self.pool + funded
        winners = self.agents.select(lambda member: member.won_today > 0)
        total = sum(member.won_today for member in winners)
        self.pool = pool
        for member in winners:
            amount = pool * member.won_today // total
            member.cash += amount
            self.pool -= amount

    def seat(self, seat):
        """Put a seat into its group; a group that is full is settled."""
        self.joins += 1
        for number, group in enumerate(self.open_groups):
            if all(other.holder is not seat.holder for other in group):
                group.append(seat)
                if len(group) == self.terms.size:
                    del self.open_groups[number]
                    self.settle(group)
                return
        self.open_groups.append([seat])

    def settle(self, group):
        """Draw the winners among the seats that may win, and pay everybody."""
        terms = self.terms
        barred = (
            next((seat for seat in group if seat.is_first_of_day), None),
            next((seat for seat in group if seat.is_newcomer), None),
        )
        able = [seat for seat in group if seat not in barred and seat.holder.may_win()]
        if len(able) < terms.winners:
            self.dissolved += 1
            for seat in group:
                seat.holder.cash += terms.price
            return
        self.groups += 1
        self.groups_today += 1
        winners = self.random.sample(able, terms.winners)
        for seat in group:
            member, won = seat.holder, seat in winners
            self.kept -= member.release()
            if won:
                self.kept += terms.price
                member.credit += terms.credit
                member.dividend_points += terms.dividend_points
            else:
                self.kept -= terms.cash
                member.cash += terms.price + terms.cash
            member.consumer_points += terms.consumer_points
            member.count(won)


def play(terms: Terms) -> Answer:
    """Play the days; only they are timed."""
    model = GroupBuy(terms)
    started = time.process_time()
    for _ in range(terms.days):
        model.step()
    seconds = time.process_time() - started
    credit = sum(member.credit for member in model.members)
    version = f"Mesa {mesa.__version__}"
    return Answer(version, seconds, model.joins, model.groups, model.dissolved, model.kept, credit)


if __name__ == "__main__":
    answer(play)
