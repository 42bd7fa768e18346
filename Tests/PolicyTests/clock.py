"""Deadlines, computed from the laws' text with Python's calendar and zones, for comparison.

A case a line: kind;received in microseconds;zone;week;holidays;pause. An answer a line: end and alarm of acknowledging,
of deciding and of the extension, RFC 3339, - where the law has none.
"""
import sys
from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice
from zoneinfo import ZoneInfo

CCPA = {"know", "access", "delete", "correct"}
CHOICES = {"optout", "limit"}


def end_of(day, zone):
    """23:59:59 there, the later one of two."""
    local = datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(zone)).replace(fold=1)
    return local.astimezone(timezone.utc).astimezone(ZoneInfo(zone))


def worked(day, week, holidays):
    names = {"Mon-Fri": range(5), "Mon-Sat": range(6), "none": range(7)}
    return day.weekday() in names[week] and day not in holidays


def business(day, count, week, holidays):
    days = (day + timedelta(n) for n in range(1, 1000))
    return next(islice((d for d in days if worked(d, week, holidays)), count - 1, None))


def months(day, count, week, holidays, pause):
    """Regulation 1182/71 Art. 3(2)(c), 3(4); the pause before the roll."""
    year, month = day.year + (day.month + count - 1) // 12, (day.month + count - 1) % 12 + 1
    end = date(year, month, min(day.day, monthrange(year, month)[1]))
    roll = lambda d: next(x for x in (d + timedelta(n) for n in range(1000)) if worked(x, week, holidays))
    if pause and pause[0] <= roll(end):
        end += pause[1] - pause[0]
    return roll(end)


def answer(line):
    kind, received, zone, week, holidays, pause = line.split(";")
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=int(received))
    day = moment.astimezone(ZoneInfo(zone)).date()
    holidays = {date.fromisoformat(d) for d in holidays.split(",") if d}
    pause = [date.fromisoformat(d) for d in pause.split("..")] if pause else None
    saturdays = "Mon-Sat" if week == "Mon-Fri" else week
    law, right = kind.split(".")
    after = lambda n: end_of(day + timedelta(n), zone)
    by_business = lambda n: [end_of(business(day, n, w, holidays), zone) for w in (week, saturdays)]
    none = [None, None]
    if law == "gdpr":
        ends = none + [end_of(months(day, n, week, holidays, pause), zone) for n in (1, 1, 3, 3)]
    elif law == "ccpa" and right in CCPA:
        ends = by_business(10) + [after(45), after(44), after(90), after(89)]
    elif law == "ccpa" and right in CHOICES:
        ends = none + by_business(15) + none
    elif law == "pdpa":
        ends = none + [after(30)] * 2 + none
    elif right == "gdpr33":
        ends = none + [(moment + timedelta(hours=72)).replace(microsecond=0).astimezone(ZoneInfo(zone))] * 2 + none
    elif right == "pdpa26d":
        ends = none + [after(3)] * 2 + none
    else:
        sys.exit(f"no law has {kind}")
    return ";".join(e.isoformat() if e else "-" for e in ends)


for line in open(sys.argv[1], encoding="utf-8"):
    print(answer(line.strip("\n")))
