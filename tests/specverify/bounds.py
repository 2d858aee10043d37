"""Section 6.2: every witness column is bounded, no sum can wrap."""

from dataclasses import dataclass

from .checks import statements
from .field import P, require
from .theorem import COLUMNS, MAXIMUM, NONE, WITNESS, present


def whole(theorem, linear, column, coefficient, lookup):
    """"Whole c" of 6.2, with the given coefficient."""
    c = theorem.columns[column]
    return (linear.column == column and linear.coefficient == coefficient and linear.identity
            and not linear.one_row and not linear.divide_by_taps and (c.rows, c.cols) == (lookup.rows, lookup.cols))


@dataclass(frozen=True)
class TableBounds:
    """T_0, T_1, ... of 6.2, and the largest id that the entries of a column table read, else -1."""
    intervals: tuple
    last: int


def table_bounds(theorem, table):
    if table.kind != COLUMNS:
        return TableBounds(tuple(table.interval(k) for k in range(table.width)), -1)
    intervals = tuple(expression_bounds(theorem, e, table.shape) for e in (table.index, *table.entries))
    return TableBounds(intervals, max((i for e in table.entries for i in theorem.reads_of(e)), default=-1))


def all_table_bounds(theorem):
    return [table_bounds(theorem, t) for t in theorem.tables]


def single(theorem, lookup, e):
    """The c of a level expression with acc NONE, shift 0 and the only linear whole c with coefficient 1, or None."""
    if e.acc != NONE or e.shift or not e.level or len(e.linears) != 1:
        return None
    column = e.linears[0].column
    return column if whole(theorem, e.linears[0], column, 1, lookup) else None


def _bounded_by_entry(theorem, lookup, table):
    """Columns that a lookup into a table of such bounds bounds by case 1 of 6.2."""
    for e, (lo, hi) in zip(lookup.tuple, table.intervals):
        column = single(theorem, lookup, e)
        if column is not None and column > table.last:
            c = theorem.columns[column]
            if c.lo <= lo - e.constant and hi - e.constant <= c.hi:
                yield column


def maximum_terms(theorem, lookup):
    """(out, a, b), a and b linear terms, if the lookup is a maximum of terms with smaller ids, else None."""
    if theorem.tables[lookup.table].kind != MAXIMUM:
        return None
    if any(e.acc != NONE or e.shift or e.constant or not e.level or len(e.linears) != 2 for e in lookup.tuple):
        return None
    (out, b), (a, again) = (e.linears for e in lookup.tuple)
    column = out.column
    if not (whole(theorem, out, column, 1, lookup) and whole(theorem, again, column, -1, lookup)):
        return None
    if b.coefficient != -1 or a.coefficient != 1:
        return None
    if any(x.column >= column or not x.one_tap or x.divide_by_taps for x in (a, b)):
        return None
    return column, a, b


def _bounded_by_maximum(theorem, lookup):
    """The same by case 2."""
    found = maximum_terms(theorem, lookup)
    if found is None:
        return
    terms, c = found[1:], theorem.columns[found[0]]
    ends = [v for x in terms for v in (theorem.columns[x.column].lo, theorem.columns[x.column].hi)]
    if any(x.has_absent() for x in terms):
        ends.append(0)
    if c.lo <= min(ends) and max(ends) <= c.hi:
        yield found[0]


def _hull(*values):
    return min(values), max(values)


def _sum(intervals):
    intervals = list(intervals)
    return sum(i[0] for i in intervals), sum(i[1] for i in intervals)


def _linear_bounds(theorem, linear):
    c, w = theorem.columns[linear.column], linear.window
    if linear.mapped:
        ends = (linear.coefficient * c.lo, linear.coefficient * c.hi)
        return _hull(*ends, 0) if linear.has_absent() else _hull(*ends)
    if linear.divide_by_taps:
        factors = {k * n for k, n in zip(linear.factors(), present(w))}
        return _hull(0, *(f * v for f in factors for v in (c.lo, c.hi)))
    lo, hi = _hull(linear.coefficient * c.lo, linear.coefficient * c.hi)
    return (lo, hi) if w.identity else (w.taps * min(0, lo), w.taps * max(0, hi))


def _contraction_bounds(theorem, c):
    w, x = theorem.columns[c.weights], theorem.columns[c.input]
    lo, hi = _hull(0, *(a * b for a in (w.lo, w.hi) for b in (x.lo, x.hi)))
    return c.in_rows * c.window.taps * lo, c.in_rows * c.window.taps * hi


def expression_bounds(theorem, e, shape):
    """bounds(N) of 6.2 in a statement of this shape."""
    terms = [(e.constant, e.constant)] + [_linear_bounds(theorem, x) for x in e.linears]
    terms += [_hull(0, step * (side - 1)) for step, side in zip((e.row_step, e.col_step), shape)]
    if e.acc != NONE:
        terms.append(accumulator_bounds(theorem, theorem.accumulators[e.acc]))
    return _sum(terms)


def accumulator_bounds(theorem, acc):
    """bounds(acc)."""
    return _sum([_linear_bounds(theorem, x) for x in acc.linears]
                + [_contraction_bounds(theorem, x) for x in acc.contractions])


def check_bounds(theorem):
    """Every witness column is bounded, multiplicities are not used, no sum can wrap (6.2)."""
    special, tables = set(theorem.multiplicities), all_table_bounds(theorem)
    bounded = {i for x in theorem.lookups for i in _bounded_by_entry(theorem, x, tables[x.table])}
    bounded |= {i for x in theorem.lookups for i in _bounded_by_maximum(theorem, x)}
    for i, c in enumerate(theorem.columns):
        require(c.home != WITNESS or i in special or i in bounded, "theorem: unbounded witness column")
    used = {x.column for _, _, linears in statements(theorem) for x in linears}
    used |= {i for acc in theorem.accumulators for c in acc.contractions for i in (c.weights, c.input)}
    require(not used & special, "theorem: multiplicity column is used")
    for lookup in theorem.lookups:
        for e, interval in zip(lookup.tuple, tables[lookup.table].intervals):
            bounds = expression_bounds(theorem, e, (lookup.rows, lookup.cols))
            require(max(map(abs, bounds)) + (max(map(abs, interval)) << e.shift) < P, "theorem: a sum can wrap")
