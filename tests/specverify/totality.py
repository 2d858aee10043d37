"""Section 6.5: every input within its declared range has a proof."""

from .bounds import accumulator_bounds, all_table_bounds, expression_bounds, single
from .definitions import alone, definitions
from .field import require
from .theorem import RANGE, SATURATE, WEIGHTS


def _read(theorem, term):
    """read(t) of a term with one tap."""
    c = theorem.columns[term.column]
    if term.has_absent():
        return min(c.lo, 0), max(c.hi, 0)
    return c.lo, c.hi


def _requantised(theorem, found, values):
    """Values of y, rem and the g_j; the excess always fits the limbs."""
    table, s, half = theorem.tables[found.table], found.shift, found.half
    digits, reach = 1 << table.bits, 1 << found.limbs * table.bits
    values[found.y] = table.lo, table.hi
    if found.rem is not None:
        values[found.rem] = 0, (1 << s) - 1
    for g in found.g:
        values[g] = 1 - digits, digits - 1
    lo, hi = accumulator_bounds(theorem, theorem.accumulators[found.acc])
    require((hi + half >> s) - table.hi < reach and table.lo - (lo + half >> s) < reach,
            "totality: an accumulator exceeds its limbs")


def _maximum(theorem, lookup, found, values):
    out, a, b = found
    (a_lo, a_hi), (b_lo, b_hi) = _read(theorem, a), _read(theorem, b)
    values[out] = min(a_lo, b_lo), max(a_hi, b_hi)
    reach = 1 << theorem.tables[lookup.table].bits
    require(a_hi - b_lo < reach and b_hi - a_lo < reach, "totality: a difference exceeds the table of a maximum")


def _applied(theorem, lookup, out, values):
    table = theorem.tables[lookup.table]
    values[out] = table.lo, table.hi
    lo, hi = expression_bounds(theorem, lookup.tuple[0], (lookup.rows, lookup.cols))
    require(table.first <= lo and hi < table.first + table.rows, "totality: an argument can leave its function's domain")


def _fetched(theorem, lookup, outs, values, intervals):
    """`intervals` are those of the table, the row numbers first."""
    values.update(zip(outs, intervals[1:]))
    lo, hi = expression_bounds(theorem, lookup.tuple[0], (lookup.rows, lookup.cols))
    require(intervals[0][0] <= lo and hi <= intervals[0][1], "totality: an address can leave its table")


def _bounded(theorem, lookup, values):
    """The third kind of lookup of condition 6."""
    table, e = theorem.tables[lookup.table], lookup.tuple[0]
    column = single(theorem, lookup, e)
    if table.kind != RANGE or column not in values:
        return False
    lo, hi = values[column]
    return 0 <= lo + e.constant and hi + e.constant < 1 << table.bits


def check_totality(theorem, inputs):
    """`inputs` are the columns of the input ports."""
    defined, tables = definitions(theorem), all_table_bounds(theorem)
    values = {i: (c.lo, c.hi) for i, c in enumerate(theorem.columns) if c.home == WEIGHTS or i in inputs}
    require(all(values[i][1] <= 2**31 - 1 for i in inputs), "totality: range of an input")
    for found in defined.requantised.values():
        _requantised(theorem, found, values)
    for i, found in defined.maxima.items():
        _maximum(theorem, theorem.lookups[i], found, values)
    for i, out in defined.applied.items():
        _applied(theorem, theorem.lookups[i], out, values)
    for i, outs in defined.fetched.items():
        _fetched(theorem, theorem.lookups[i], outs, values, tables[theorem.lookups[i].table].intervals)
    for i, (lo, hi) in values.items():
        c = theorem.columns[i]
        require(c.lo <= lo and hi <= c.hi, "totality: a column can leave its declared range")
    pairs = {(x.table, x.y, g) for x in defined.requantised.values() for g in x.g}
    for i, lookup in enumerate(theorem.lookups):
        if i in defined or _bounded(theorem, lookup, values):
            continue
        found = tuple(alone(theorem, lookup, e) for e in lookup.tuple)
        require(theorem.tables[lookup.table].kind == SATURATE and (lookup.table, *found) in pairs,
                "totality: a lookup that may fail")
