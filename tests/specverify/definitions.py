"""Section 6.4: every column is an input, a multiplicity, or defined once by columns with smaller ids."""

from collections import Counter
from dataclasses import dataclass

from .bounds import maximum_terms, single, whole
from .field import require
from .theorem import COLUMNS, FUNCTION, NONE, RANGE, SATURATE, WEIGHTS, Expr


def alone(theorem, lookup, e):
    """The c of "column c alone", or None."""
    return None if e.constant else single(theorem, lookup, e)


@dataclass(frozen=True)
class Requantised:
    """A requantisation (acc, y, rem, g_1, ...) with its table and shift; rem is None for shift 0."""
    acc: int
    y: int
    rem: int
    g: tuple
    table: int
    shift: int

    @property
    def half(self):
        return 1 << self.shift >> 1

    @property
    def limbs(self):
        return 1 + len(self.g)

    @property
    def columns(self):
        return (self.y, *self.g) if self.rem is None else (self.y, self.rem, *self.g)


class Singles:
    """The lookups whose expressions are columns alone."""

    def __init__(self, theorem):
        self.ranges, self.pairs = set(), set()
        for lookup in theorem.lookups:
            table, columns = theorem.tables[lookup.table], [alone(theorem, lookup, e) for e in lookup.tuple]
            if None in columns:
                continue
            if table.kind == RANGE:
                self.ranges.add((table.bits, columns[0]))
            elif table.kind == SATURATE:
                self.pairs.add((lookup.table, *columns))


def _limbs(theorem, lookup, bits):
    """What the second expression of a requantisation with limbs of so many bits names, or None."""
    e = lookup.tuple[1]
    s, columns = e.shift, [x.column for x in e.linears]
    has_rem = s > 0
    limbs = len(columns) - has_rem
    if e.acc == NONE or not e.level or e.constant != 1 << s >> 1 or not 1 <= limbs <= 4:
        return None
    coefficients = [-1] * has_rem + [-(1 << s + j * bits) for j in range(limbs)]
    if not all(whole(theorem, x, x.column, k, lookup) for x, k in zip(e.linears, coefficients)):
        return None
    return Requantised(e.acc, columns[has_rem], columns[0] if has_rem else None, tuple(columns[has_rem + 1:]),
                       lookup.table, s)


def _requantised(theorem, lookup, singles):
    """The requantisation that the lookup is, or None."""
    table = theorem.tables[lookup.table]
    found = _limbs(theorem, lookup, table.bits) if table.kind == SATURATE else None
    if found is None or alone(theorem, lookup, lookup.tuple[0]) != found.y:
        return None
    if len(set(found.columns)) != len(found.columns):
        return None
    if found.rem is not None and (found.shift, found.rem) not in singles.ranges:
        return None
    if any((lookup.table, found.y, g) not in singles.pairs for g in found.g):
        return None
    first = min(found.columns)
    read = theorem.reads_of(Expr(found.acc, (), 0, 0))
    return found if all(i < first for i in read) else None


def _applied(theorem, lookup):
    """The out of an application, or None."""
    if theorem.tables[lookup.table].kind != FUNCTION:
        return None
    argument, out = lookup.tuple[0], alone(theorem, lookup, lookup.tuple[1])
    if out is None or argument.shift:
        return None
    return out if all(i < out for i in theorem.reads_of(argument)) else None


def _fetched(theorem, lookup, last):
    """(out_1, ..., out_k) of a fetch or None; `last` is the largest id that each table's entries read."""
    if theorem.tables[lookup.table].kind != COLUMNS:
        return None
    address, outs = lookup.tuple[0], tuple(alone(theorem, lookup, e) for e in lookup.tuple[1:])
    if address.shift or None in outs or len(set(outs)) != len(outs):
        return None
    return outs if max(last[lookup.table], *theorem.reads_of(address), -1) < min(outs) else None


@dataclass(frozen=True)
class Definitions:
    """What the lookups define, by position in the list of lookups."""
    requantised: dict                                 # Requantised
    maxima: dict                                      # out, a, b
    applied: dict                                     # out
    fetched: dict                                     # (out_1, ..., out_k)

    def __contains__(self, i):
        return any(i in found for found in (self.requantised, self.maxima, self.applied, self.fetched))


def definitions(theorem):
    last = [max((i for e in t.entries for i in theorem.reads_of(e)), default=-1) for t in theorem.tables]

    def every(find, *arguments):
        found = {i: find(theorem, x, *arguments) for i, x in enumerate(theorem.lookups)}
        return {i: x for i, x in found.items() if x is not None}

    return Definitions(every(_requantised, Singles(theorem)), every(maximum_terms), every(_applied),
                       every(_fetched, last))


def check_definitions(theorem, inputs):
    """`inputs` are the columns of the input ports."""
    require(len(theorem.lookups) <= 2**13, "definitions: too many lookups")
    found = definitions(theorem)
    count = Counter(inputs)
    count.update(theorem.multiplicities)
    for x in found.requantised.values():
        count.update(x.columns)
    count.update(out for out, *_ in found.maxima.values())
    count.update(found.applied.values())
    for outs in found.fetched.values():
        count.update(outs)
    for i, column in enumerate(theorem.columns):
        times = 0 if column.home == WEIGHTS else 1
        require(count[i] == times, "definitions: a column is not defined exactly once")
