"""Section 6.4: every column is an input, a multiplicity, or defined once by columns with smaller ids."""

from collections import Counter

from .bounds import maximum_terms, whole
from .field import require
from .theorem import NONE, RANGE, SATURATE, WEIGHTS


def _alone(theorem, lookup, e):
    """The c of "column c alone", or None."""
    if e.acc != NONE or e.shift or e.constant or len(e.linears) != 1:
        return None
    column = e.linears[0].column
    return column if whole(theorem, e.linears[0], column, 1, lookup) else None


class Singles:
    """The lookups whose expressions are columns alone."""

    def __init__(self, theorem):
        self.ranges, self.pairs = set(), set()
        for lookup in theorem.lookups:
            table, columns = theorem.tables[lookup.table], [_alone(theorem, lookup, e) for e in lookup.tuple]
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
    """(y, rem, g) if the lookup is a requantisation, else ()."""
    table = theorem.tables[lookup.table]
    if table.kind != SATURATE:
        return ()
    first, e = lookup.tuple
    if e.acc == NONE or e.shift < 1 or e.constant != 1 << (e.shift - 1) or len(e.linears) != 3:
        return ()
    rem, y, g = (x.column for x in e.linears)
    coefficients = -1, -(1 << e.shift), -(1 << (e.shift + table.bits))
    if not all(whole(theorem, x, x.column, k, lookup) for x, k in zip(e.linears, coefficients)):
        return ()
    if _alone(theorem, lookup, first) != y or len({y, rem, g}) != 3:
        return ()
    if (e.shift, rem) not in singles.ranges or (lookup.table, y, g) not in singles.pairs:
        return ()
    if any(i >= min(y, rem, g) for i in _columns_of(theorem.accumulators[e.acc])):
        return ()
    return y, rem, g


def check_definitions(theorem, inputs):
    """`inputs` are the columns of the input ports."""
    require(len(theorem.lookups) <= 2**13, "definitions: too many lookups")
    singles, count = Singles(theorem), Counter(inputs)
    count.update(theorem.multiplicities)
    for lookup in theorem.lookups:
        count.update(_requantised(theorem, lookup, singles))
        maximum = maximum_terms(theorem, lookup)
        if maximum:
            count[maximum[0]] += 1
    for i, column in enumerate(theorem.columns):
        require(column.home == WEIGHTS or count[i] == 1, "definitions: a column is not defined exactly once")
