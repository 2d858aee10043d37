"""Section 6.4: every column is an input, a multiplicity, or defined once by columns with smaller ids."""

from collections import Counter
from dataclasses import dataclass

from .bounds import maximum_terms, whole
from .field import require
from .theorem import FUNCTION, NONE, RANGE, SATURATE, WEIGHTS


def alone(theorem, lookup, e):
    """The c of "column c alone", or None."""
    if e.acc != NONE or e.shift or e.constant or len(e.linears) != 1:
        return None
    column = e.linears[0].column
    return column if whole(theorem, e.linears[0], column, 1, lookup) else None


@dataclass(frozen=True)
class Requantised:
    """A requantisation (acc, y, rem, g) with its table and shift."""
    acc: int
    y: int
    rem: int
    g: int
    table: int
    shift: int


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


def _columns_of(acc):
    for c in acc.contractions:
        yield c.weights
        yield c.input
    for linear in acc.linears:
        yield linear.column


def _requantised(theorem, lookup, singles):
    """The requantisation that the lookup is, or None."""
    table = theorem.tables[lookup.table]
    if table.kind != SATURATE:
        return None
    first, e = lookup.tuple
    if e.acc == NONE or e.shift < 1 or e.constant != 1 << (e.shift - 1) or len(e.linears) != 3:
        return None
    rem, y, g = (x.column for x in e.linears)
    coefficients = -1, -(1 << e.shift), -(1 << (e.shift + table.bits))
    if not all(whole(theorem, x, x.column, k, lookup) for x, k in zip(e.linears, coefficients)):
        return None
    if alone(theorem, lookup, first) != y or len({y, rem, g}) != 3:
        return None
    if (e.shift, rem) not in singles.ranges or (lookup.table, y, g) not in singles.pairs:
        return None
    if any(i >= min(y, rem, g) for i in _columns_of(theorem.accumulators[e.acc])):
        return None
    return Requantised(e.acc, y, rem, g, lookup.table, e.shift)


def _applied(theorem, lookup):
    """The out of an application, or None."""
    if theorem.tables[lookup.table].kind != FUNCTION:
        return None
    argument, out = lookup.tuple[0], alone(theorem, lookup, lookup.tuple[1])
    if out is None or argument.shift:
        return None
    read = [x.column for x in argument.linears]
    if argument.acc != NONE:
        read += _columns_of(theorem.accumulators[argument.acc])
    return out if all(i < out for i in read) else None


def definitions(theorem):
    """({lookup: requantisation}, {lookup: (out, a, b, table)}, {lookup: out}) by position in the list of lookups."""
    singles, requantised, maxima, applied = Singles(theorem), {}, {}, {}
    for i, lookup in enumerate(theorem.lookups):
        found, maximum = _requantised(theorem, lookup, singles), maximum_terms(theorem, lookup)
        if found:
            requantised[i] = found
        if maximum:
            maxima[i] = *maximum, lookup.table
        out = _applied(theorem, lookup)
        if out is not None:
            applied[i] = out
    return requantised, maxima, applied


def check_definitions(theorem, inputs):
    """`inputs` are the columns of the input ports."""
    require(len(theorem.lookups) <= 2**13, "definitions: too many lookups")
    requantised, maxima, applied = definitions(theorem)
    count = Counter(inputs)
    count.update(theorem.multiplicities)
    for x in requantised.values():
        count.update((x.y, x.rem, x.g))
    count.update(out for out, *_ in maxima.values())
    count.update(applied.values())
    for i, column in enumerate(theorem.columns):
        require(column.home == WEIGHTS or count[i] == 1, "definitions: a column is not defined exactly once")
