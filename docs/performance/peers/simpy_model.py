"""The eligibility check in SimPy: one process per check, one Resource per station."""

import random
import time

import simpy

import report

ARRIVALS = 100.0  # a second
STAFF_MIN, STAFF_MU, STAFF_SIGMA = 0.8, 0.0, 0.4  # 0.8 s plus a log-normal with median 1 s: ln 1 is 0
LINE, LINK, RECORD = 0.007, 0.002, 0.003
BROKER_SERVERS, JPKI_SERVERS = 2, 1
CHECK, STATUS, RESOLVE, LOOKUP = 0.006, 0.004, 0.003, 0.004  # mean services


def serve(env, rng, station, mean):
    """One visit to a station; returns the wait for a server."""
    arrived = env.now
    with station.request() as turn:
        yield turn
        wait = env.now - arrived
        yield env.timeout(rng.expovariate(1 / mean))
    return wait


def check(env, rng, broker, jpki, samples, number):
    yield env.timeout(STAFF_MIN + rng.lognormvariate(STAFF_MU, STAFF_SIGMA))
    sent = env.now
    yield env.timeout(LINE)
    at_broker = yield from serve(env, rng, broker, CHECK)
    yield env.timeout(LINK)
    at_jpki = yield from serve(env, rng, jpki, STATUS)
    yield env.timeout(LINK)
    yield env.timeout(LINK)
    at_jpki += yield from serve(env, rng, jpki, RESOLVE)
    yield env.timeout(LINK)
    at_broker += yield from serve(env, rng, broker, LOOKUP)
    yield env.timeout(LINE)
    samples[number] = (env.now - sent, at_broker, at_jpki)
    yield env.timeout(RECORD)


def arrivals(env, rng, broker, jpki, samples):
    for number in range(len(samples)):
        yield env.timeout(rng.expovariate(ARRIVALS))
        env.process(check(env, rng, broker, jpki, samples, number))


def run(checks, seed):
    env = simpy.Environment()
    broker = simpy.Resource(env, BROKER_SERVERS)
    jpki = simpy.Resource(env, JPKI_SERVERS)
    samples = [None] * checks
    env.process(arrivals(env, random.Random(seed), broker, jpki, samples))
    start = time.perf_counter()
    env.run()
    return time.perf_counter() - start, samples


if __name__ == "__main__":
    report.main("simpy", run)
