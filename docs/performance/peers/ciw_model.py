"""The eligibility check in Ciw: delays are nodes with infinitely many servers, the path is a process-based route."""

import time
from math import inf

import ciw

import report

ARRIVALS = 100.0  # a second
LINE_S, LINK_S, RECORD_S = 0.007, 0.002, 0.003
CHECK, STATUS, RESOLVE, LOOKUP = 0.006, 0.004, 0.003, 0.004  # mean services

STAFF, LINE, BROKER, LINK, JPKI, RECORD = range(1, 7)
SERVERS = [inf, inf, 2, inf, 1, inf]
ROUTE = [STAFF, LINE, BROKER, LINK, JPKI, LINK, LINK, JPKI, LINK, BROKER, LINE, RECORD]


class Arrivals(ciw.dists.Exponential):
    """Poisson arrivals that end after a number of checks: to Ciw, an infinite gap means 'no more'."""

    def __init__(self, rate, count):
        super().__init__(rate)
        self.left = count

    def sample(self, t=None, ind=None):
        self.left -= 1
        return super().sample(t, ind) if self.left >= 0 else inf


class Visits(ciw.dists.Distribution):
    """A station with different service times for a check's first and last visit."""

    def __init__(self, node, first, last):
        self.node = node
        self.first = ciw.dists.Exponential(1 / first)
        self.last = ciw.dists.Exponential(1 / last)

    def sample(self, t=None, ind=None):
        # The route contains only the nodes still ahead.
        return (self.first if self.node in ind.route else self.last).sample(t, ind)


def sample(check):
    """Response and waits from the record of each visit, in the order of the route."""
    visits = check.data_records
    response = visits[10].exit_date - visits[1].arrival_date
    return (
        response,
        visits[2].waiting_time + visits[9].waiting_time,
        visits[4].waiting_time + visits[7].waiting_time,
    )


def run(checks, seed):
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[Arrivals(ARRIVALS, checks)] + [None] * 5,
        service_distributions=[
            ciw.dists.Deterministic(0.8) + ciw.dists.Lognormal(mean=0.0, sd=0.4),  # median 1 s: ln 1 is 0
            ciw.dists.Deterministic(LINE_S),
            Visits(BROKER, CHECK, LOOKUP),
            ciw.dists.Deterministic(LINK_S),
            Visits(JPKI, STATUS, RESOLVE),
            ciw.dists.Deterministic(RECORD_S),
        ],
        number_of_servers=SERVERS,
        routing=ciw.routing.ProcessBased(lambda ind, simulation: ROUTE[1:]),
    )
    simulation = ciw.Simulation(network)
    start = time.perf_counter()
    simulation.simulate_until_max_customers(checks, method="Complete")
    wall = time.perf_counter() - start
    done = sorted(simulation.nodes[-1].all_individuals, key=lambda check: check.id_number)
    return wall, [sample(check) for check in done]


if __name__ == "__main__":
    report.main("ciw", run)
