"""Section 6.5: every input within its declared range has a proof."""

from .bounds import accumulator_bounds, expression_bounds, whole
from .definitions import alone, definitions
from .field import require
from .theorem import NONE, RANGE, SATURATE, WEIGHTS


def _read(theorem, term):
    """read(t) of a term with one tap."""
    c = theorem.columns[term.column]
    if term.has_absent():
        return min(c.lo, 0), max(c.hi, 0)
    return c.lo, c.hi


def _requantised(theorem, found, values):
    """Values of y, rem and g; the excess always has two limbs."""
    table, s = theorem.tables[found.table], found.shift
    reach, half = 1 << table.bits, 1 << (s - 1)
    values[found.y] = table.lo, table.hi
    values[found.rem] = 0, (1 << s) - 1
    values[found.g] = 1 - reach, reach - 1
    lo, hi = accumulator_bounds(theorem, theorem.accumulators[found.acc])
    require((hi + half >> s) - table.hi < reach**2 and table.lo - (lo + half >> s) < reach**2,
            "totality: an accumulator exceeds its limbs")


def _maximum(theorem, found, values):
    out, a, b, table = found
    (a_lo, a_hi), (b_lo, b_hi) = _read(theorem, a), _read(theorem, b)
    values[out] = min(a_lo, b_lo), max(a_hi, b_hi)
    reach = 1 << theorem.tables[table].bits
    require(a_hi - b_lo < reach and b_hi - a_lo < reach, "totality: a difference exceeds the table of a maximum")


def _applied(theorem, lookup, out, values):
    table = theorem.tables[lookup.table]
    values[out] = table.lo, table.hi
    lo, hi = expression_bounds(theorem, lookup.tuple[0])
    require(table.first <= lo and hi < table.first + table.rows, "totality: an argument can leave its function's domain")


def _bounded(theorem, lookup, values):
    """The third kind of lookup of condition 6."""
    table, e = theorem.tables[lookup.table], lookup.tuple[0]
    if table.kind != RANGE or e.acc != NONE or e.shift or len(e.linears) != 1:
        return False
    column = e.linears[0].column
    if column not in values or not whole(theorem, e.linears[0], column, 1, lookup):
        return False
    lo, hi = values[column]
    return 0 <= lo + e.constant and hi + e.constant < 1 << table.bits


def check_totality(theorem, inputs):
    """`inputs` are the columns of the input ports."""
    requantised, maxima, applied = definitions(theorem)
    values = {i: (c.lo, c.hi) for i, c in enumerate(theorem.columns) if c.home == WEIGHTS or i in inputs}
    require(all(values[i][1] <= 2**31 - 1 for i in inputs), "totality: range of an input")
    for found in requantised.values():
        _requantised(theorem, found, values)
    for found in maxima.values():
        _maximum(theorem, found, values)
    for i, out in applied.items():
        _applied(theorem, theorem.lookups[i], out, values)
    for i, (lo, hi) in values.items():
        c = theorem.columns[i]
        require(c.lo <= lo and hi <= c.hi, "totality: a column can leave its declared range")
    pairs = {(x.table, x.y, x.g) for x in requantised.values()}
    for i, lookup in enumerate(theorem.lookups):
        if i in requantised or i in maxima or i in applied or _bounded(theorem, lookup, values):
            continue
        found = tuple(alone(theorem, lookup, e) for e in lookup.tuple)
        require(theorem.tables[lookup.table].kind == SATURATE and (lookup.table, *found) in pairs,
                "totality: a lookup that may fail")
