"""Checks that people are possible: age, insurer, copayment, household, card and certificates.

Reads the lines of `shikaku population` and shares no code with the tool: written from the laws that its documentation names.
Prints the number of people, or the first lines that are impossible, and then ends with 1.

    python3 check.py FILE [DAY]
"""

import datetime
import json
import sys
from collections import defaultdict

JST = datetime.timezone(datetime.timedelta(hours=9))
ONE = datetime.timedelta(days=1)


def day_of(text):
    return datetime.date.fromisoformat(text)


def turns(birth, years):
    """The day on which a person is so old: born on 29 February, on 1 March in other years."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return datetime.date(birth.year + years, 3, 1)


def birthday(birth, year):
    """A birthday as cards count it: 28 February for 29 February."""
    try:
        return birth.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


def school(birth):
    """The first day without the share of a small child: 1 April after the child has reached six, the day before the birthday."""
    reached = turns(birth, 6) - ONE
    year = reached.year if (reached.month, reached.day) <= (3, 31) else reached.year + 1
    return datetime.date(year, 4, 1)


def seventy(birth):
    """The first day of the share of those from 70: the month after the one in which the person has reached 70."""
    reached = turns(birth, 70) - ONE
    return datetime.date(reached.year + reached.month // 12, reached.month % 12 + 1, 1)


def incomes(birth, day, percent):
    """The incomes with which the person pays this share on that day."""
    if day < school(birth):
        shares = {"general": 20, "higher": 20, "working": 20}
    elif day < seventy(birth):
        shares = {"general": 30, "higher": 30, "working": 30}
    elif day < turns(birth, 75):
        shares = {"general": 20, "higher": 20, "working": 30}
    else:
        shares = {"general": 10, "higher": 20, "working": 30}
    return {income for income, share in shares.items() if share == percent}


def insurance(person, day):
    birth = day_of(person["birth"])
    possible = {"general", "higher", "working"}
    before = None
    if not person["insurance"]:
        yield "no insurance"
    for period in person["insurance"]:
        since = day_of(period["from"])
        until = period["until"] and day_of(period["until"])
        last = max(until or day, since)
        law, prefecture = period["insurer_number"][:2], period["insurer_number"][2:4]
        if since < birth or (until and until < since):
            yield "days"
        if bool(until) != bool(period["end_reason"]):
            yield "end reason"
        late = law == "39"
        if late != (since >= turns(birth, 75)) or (not late and last >= turns(birth, 75)):
            yield "75 years"
        if law in ("39", "00") and prefecture != person["municipality_code"][:2]:
            yield "insurer of another prefecture"
        employer = law in ("01", "06")
        insured = period["relationship"] == "insured"
        if not insured and not employer:
            yield "dependent without an employer's insurance"
        if employer and insured != (period["branch"] == "00"):
            yield "branch number"
        if employer and insured and turns(birth, 15) > since:
            yield "a child that works"
        if employer != bool(period["symbol"]):
            yield "symbol"
        if not (period["number"].isdecimal() and period["branch"].isdecimal() and len(period["branch"]) == 2):
            yield "number"
        possible &= incomes(birth, last, period["copayment_percent"])
        if before:
            if before["until"] and since <= day_of(before["until"]):
                yield "two at once, though the end of the first is known"
            if before["insurer_number"] == period["insurer_number"] and before["until"] == str(since - ONE):
                yield "a change to the same insurer"
        before = period
    if not possible:
        yield "copayment"


def card(person, day):
    birth = day_of(person["birth"])
    expires = day_of(person["card_expires"])
    before = None
    for certificate in person["certificates"]:
        begins = datetime.datetime.fromisoformat(certificate["not_before"].replace("Z", "+00:00")).astimezone(JST)
        ends = datetime.datetime.fromisoformat(certificate["not_after"].replace("Z", "+00:00")).astimezone(JST)
        issued = begins.date()
        later = [b for b in (birthday(birth, issued.year + n) for n in range(7)) if b > issued]
        if ends.date() != later[4] or (ends.hour, ends.minute, ends.second) != (23, 59, 59):
            yield "end of a certificate"
        if issued <= birth or (before and begins <= before):
            yield "issue of a certificate"
        before = begins
    if not before:
        yield "no certificate"
    elif expires != birthday(birth, expires.year) or expires < ends.date():
        yield "end of the card"
    if person["certificates"] and not person["certificates"][-1]["subject"].endswith(person["municipality_code"] + "001A"):
        yield "subject"


def main():
    day = day_of(sys.argv[2] if len(sys.argv) > 2 else "2027-04-05")
    wrong, count, households = [], 0, defaultdict(list)
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            person = json.loads(line)
            count += 1
            if not day_of(person["birth"]) < day:
                wrong.append((person["index"], "not born yet"))
            wrong.extend((person["index"], what) for what in (*insurance(person, day), *card(person, day)))
            for newest in person["insurance"][-1:]:
                households[newest["insurer_number"], newest["symbol"], newest["number"]].append((newest["branch"], person))
    shared = 0
    for members in households.values():
        if len({branch for branch, _ in members}) != len(members):
            wrong.append((members[0][1]["index"], "two with one branch number"))
        shared += len(members) - 1
    for index, what in wrong[:20]:
        print(f"person {index}: {what}", file=sys.stderr)
    print(count, shared)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
