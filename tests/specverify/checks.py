"""Section 6: the checks on a theorem."""

from .field import P, require
from .theorem import MAXIMUM, NONE, SATURATE, WITNESS, present


def _statements(theorem):
    """(rows, cols, linears) of every accumulator and every expression."""
    for acc in theorem.accumulators:
        yield acc.rows, acc.cols, acc.linears
    for lookup in theorem.lookups:
        for expr in lookup.tuple:
            yield lookup.rows, lookup.cols, expr.linears


def _windows(theorem):
    for acc in theorem.accumulators:
        for contraction in acc.contractions:
            yield contraction.window
    for _, _, linears in _statements(theorem):
        for linear in linears:
            yield linear.window


def _check_columns(theorem):
    require(len(theorem.columns) <= 2**14, "theorem: too many columns")
    sizes = [0, 0, 0]
    for c in theorem.columns:
        require(c.rows >= 1 and c.cols >= 1 and c.size <= 2**30, "theorem: column size")
        require(-2**31 <= c.lo <= c.hi <= 2**31, "theorem: column range")
        sizes[c.home] += c.size
    require(max(sizes) <= 2**30, "theorem: size of a home")


def _check_tables(theorem):
    for t in theorem.tables:
        require(1 <= t.bits <= 22, "theorem: table bits")
        if t.kind == SATURATE:
            require(t.lo < t.hi and t.lo >= -2**22 and t.hi <= 2**22, "theorem: saturation range")
        else:
            require(t.lo == t.hi == 0, "theorem: table range")
    require(len(set(theorem.tables)) == len(theorem.tables), "theorem: equal tables")
    multiplicities = theorem.multiplicities
    require(len(multiplicities) == len(theorem.tables), "theorem: multiplicities")
    require(len(set(multiplicities)) == len(multiplicities), "theorem: multiplicities")
    for table, i in zip(theorem.tables, multiplicities):
        require(i < len(theorem.columns), "theorem: multiplicity column")
        c = theorem.columns[i]
        require(c.home == WITNESS and c.cols == 256 and c.rows * 256 == table.rows, "theorem: multiplicity column")


def _check_windows(theorem):
    limit, total = 2**28, 0
    for w in _windows(theorem):
        sizes = (w.batch, w.in_h, w.in_w, w.out_h, w.out_w, w.kernel_h, w.kernel_w)
        require(all(1 <= v <= limit for v in sizes), "theorem: window size")
        products = (w.in_h * w.in_w, w.out_h * w.out_w, w.taps, w.batch * w.in_h * w.in_w, w.out_cols)
        require(max(products) <= limit, "theorem: window product")
        steps = (w.stride_h, w.stride_w, w.dilation_h, w.dilation_w)
        require(all(0 <= v <= limit for v in steps), "theorem: window step")
        require(abs(w.pad_h) <= limit and abs(w.pad_w) <= limit, "theorem: window padding")
        require(not w.clamp or w.taps == 1, "theorem: clamp with taps")
        total += w.out_cols * w.taps
    require(total <= 2**26, "theorem: sum of windows")


def _check_linears(theorem):
    for rows, cols, linears in _statements(theorem):
        for linear in linears:
            require(linear.column < len(theorem.columns), "theorem: linear column")
            require(abs(linear.coefficient) <= 2**40, "theorem: coefficient")
            require(linear.coefficient >= 0 or not linear.divide_by_taps, "theorem: coefficient")
            require(linear.window.out_cols == cols, "theorem: linear shape")
            size = (1 if linear.one_row else rows) * linear.window.in_cols
            require(theorem.columns[linear.column].size == size, "theorem: linear shape")


def _check_contraction(theorem, acc, c):
    require(max(c.weights, c.input) < len(theorem.columns), "theorem: contraction column")
    require(c.groups >= 1 and c.in_rows >= 1 and acc.rows % c.groups == 0, "theorem: groups")
    require(c.groups * acc.rows <= 2**22 or c.in_rows == 1, "theorem: groups")
    require(max(c.groups * c.in_rows, c.in_rows * c.window.taps) <= 2**21, "theorem: contraction size")
    weights, source = theorem.columns[c.weights], theorem.columns[c.input]
    require(weights.rows == acc.rows and weights.cols == c.in_rows * c.window.taps, "theorem: weights shape")
    require(c.window.out_cols == acc.cols, "theorem: contraction shape")
    require(source.size == c.groups * c.in_rows * c.window.in_cols, "theorem: input shape")


def _check_lookups(theorem):
    used = set()
    for lookup in theorem.lookups:
        require(lookup.table < len(theorem.tables), "theorem: lookup table")
        require(1 <= lookup.rows <= 2**21 and 1 <= lookup.cols <= 2**21, "theorem: lookup shape")
        require(len(lookup.tuple) == theorem.tables[lookup.table].width, "theorem: tuple width")
        for e in lookup.tuple:
            require(e.shift <= 32 and abs(e.constant) <= 2**40, "theorem: expression")
            if e.acc == NONE:
                continue
            require(e.acc < len(theorem.accumulators) and e.acc not in used, "theorem: accumulator of an expression")
            acc = theorem.accumulators[e.acc]
            require((acc.rows, acc.cols) == (lookup.rows, lookup.cols), "theorem: accumulator shape")
            used.add(e.acc)
    rows = sum(x.rows * x.cols for x in theorem.lookups) + sum(t.rows for t in theorem.tables)
    require(rows <= 2**28, "theorem: lookup rows")


def _check_sides(theorem):
    sides = sum(x.rows + x.cols for x in theorem.accumulators + theorem.lookups)
    for acc in theorem.accumulators:
        for c in acc.contractions:
            sides += c.groups * c.in_rows + c.in_rows * c.window.taps
            sides += c.groups * acc.rows if c.groups > 1 and c.in_rows > 1 else 0
    for rows, _, linears in _statements(theorem):
        sides += sum(rows + linear.window.in_cols for linear in linears)
    require(sides <= 2**25, "theorem: sides")


def check_theorem(theorem):
    """The form of a theorem, 6.1."""
    _check_columns(theorem)
    _check_tables(theorem)
    _check_windows(theorem)
    _check_linears(theorem)
    for acc in theorem.accumulators:
        require(1 <= acc.rows <= 2**21 and 1 <= acc.cols <= 2**21, "theorem: accumulator shape")
        for contraction in acc.contractions:
            _check_contraction(theorem, acc, contraction)
    _check_lookups(theorem)
    _check_sides(theorem)


def _whole(theorem, linear, column, coefficient, lookup):
    """"Whole c" of 6.2, with the given coefficient."""
    c = theorem.columns[column]
    return (linear.column == column and linear.coefficient == coefficient and linear.window.identity
            and not linear.one_row and not linear.divide_by_taps and (c.rows, c.cols) == (lookup.rows, lookup.cols))


def _bounds_by_entry(theorem, lookup, column):
    """Case 1 of 6.2."""
    c, table = theorem.columns[column], theorem.tables[lookup.table]
    for k, e in enumerate(lookup.tuple):
        if e.acc == NONE and e.shift == 0 and len(e.linears) == 1 and _whole(theorem, e.linears[0], column, 1, lookup):
            lo, hi = table.interval(k)
            if c.lo <= lo - e.constant and hi - e.constant <= c.hi:
                return True
    return False


def _bounds_by_maximum(theorem, lookup, column):
    """Case 2 of 6.2."""
    if theorem.tables[lookup.table].kind != MAXIMUM:
        return False
    if any(e.acc != NONE or e.shift or e.constant or len(e.linears) != 2 for e in lookup.tuple):
        return False
    (c1, b), (a, c2) = (e.linears for e in lookup.tuple)
    if not (_whole(theorem, c1, column, 1, lookup) and _whole(theorem, c2, column, -1, lookup)):
        return False
    if b.coefficient != -1 or a.coefficient != 1:
        return False
    if any(x.column >= column or x.window.taps != 1 or x.divide_by_taps for x in (a, b)):
        return False
    ends = [v for x in (a, b) for v in (theorem.columns[x.column].lo, theorem.columns[x.column].hi)]
    if any(min(present(x.window)) == 0 for x in (a, b)):
        ends.append(0)
    c = theorem.columns[column]
    return c.lo <= min(ends) and max(ends) <= c.hi


def _hull(*values):
    return min(values), max(values)


def _sum(intervals):
    intervals = list(intervals)
    return sum(i[0] for i in intervals), sum(i[1] for i in intervals)


def _linear_bounds(theorem, linear):
    c, w = theorem.columns[linear.column], linear.window
    if linear.divide_by_taps:
        factors = {k * n for k, n in zip(linear.factors(), present(w))}
        return _hull(0, *(f * v for f in factors for v in (c.lo, c.hi)))
    lo, hi = _hull(linear.coefficient * c.lo, linear.coefficient * c.hi)
    return (lo, hi) if w.identity else (w.taps * min(0, lo), w.taps * max(0, hi))


def _contraction_bounds(theorem, c):
    w, x = theorem.columns[c.weights], theorem.columns[c.input]
    lo, hi = _hull(0, *(a * b for a in (w.lo, w.hi) for b in (x.lo, x.hi)))
    return c.in_rows * c.window.taps * lo, c.in_rows * c.window.taps * hi


def check_bounds(theorem):
    """Every witness column is bounded, multiplicities are not used, no sum can wrap (6.2)."""
    special = set(theorem.multiplicities)
    for i, c in enumerate(theorem.columns):
        if c.home == WITNESS and i not in special:
            require(any(_bounds_by_entry(theorem, x, i) or _bounds_by_maximum(theorem, x, i)
                        for x in theorem.lookups), "theorem: unbounded witness column")
    used = {x.column for _, _, linears in _statements(theorem) for x in linears}
    used |= {i for acc in theorem.accumulators for c in acc.contractions for i in (c.weights, c.input)}
    require(not used & special, "theorem: multiplicity column is used")
    for lookup in theorem.lookups:
        for k, e in enumerate(lookup.tuple):
            terms = [(e.constant, e.constant)] + [_linear_bounds(theorem, x) for x in e.linears]
            if e.acc != NONE:
                acc = theorem.accumulators[e.acc]
                terms += [_linear_bounds(theorem, x) for x in acc.linears]
                terms += [_contraction_bounds(theorem, x) for x in acc.contractions]
            lo, hi = _sum(terms)
            entry = max(map(abs, theorem.tables[lookup.table].interval(k)))
            require(max(abs(lo), abs(hi)) + (entry << e.shift) < P, "theorem: a sum can wrap")


