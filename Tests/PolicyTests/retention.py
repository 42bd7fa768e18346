"""Ends of retention periods, computed from POLICY.md's words with Python's calendar, for comparison.

A case a line: start in microseconds;count;unit. An answer a line: the first moment at which it may go, in microseconds.
"""
import sys
from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def months(day, count):
    """The same date, else the month's last day."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def answer(line):
    start, count, unit = line.split(";")
    moment, count = EPOCH + timedelta(microseconds=int(start)), int(count)
    if unit == "hours":
        return int(start) + count * 3_600_000_000
    day = moment.date()
    last = {
        "days": lambda: day + timedelta(days=count),
        "months": lambda: months(day, count),
        "years": lambda: months(day, 12 * count),
        "financial years": lambda: date(day.year + count, 12, 31),
    }[unit]()
    # 24:00 of the last day
    end = datetime.combine(last, datetime.min.time(), tzinfo=timezone.utc) + timedelta(days=1)
    return (end - EPOCH) // timedelta(microseconds=1)


for line in open(sys.argv[1], encoding="utf-8"):
    print(answer(line.strip("\n")))
