"""Section 6.1: the form of a theorem."""

from collections import Counter

from .field import require
from .theorem import COLUMNS, FUNCTION, NONE, PUBLIC, SATURATE, WEIGHTS, WITNESS


def statements(theorem):
    """(rows, cols, linears) of every accumulator and every expression, of lookups and of column tables."""
    for acc in theorem.accumulators:
        yield acc.rows, acc.cols, acc.linears
    for lookup in theorem.lookups:
        for expr in lookup.tuple:
            yield lookup.rows, lookup.cols, expr.linears
    for table in theorem.tables:
        for expr in table.entries:
            yield *table.shape, expr.linears


def _windows(theorem):
    for acc in theorem.accumulators:
        for contraction in acc.contractions:
            yield contraction.window
    for _, _, linears in statements(theorem):
        for linear in linears:
            if not linear.mapped:
                yield linear.window


def _check_columns(theorem):
    require(len(theorem.columns) <= 2**14, "theorem: too many columns")
    sizes = [0, 0, 0]
    for c in theorem.columns:
        require(c.rows >= 1 and c.cols >= 1 and c.size <= 2**30, "theorem: column size")
        require(-2**31 <= c.lo <= c.hi <= 2**31, "theorem: column range")
        sizes[c.home] += c.size
    require(max(sizes) <= 2**30, "theorem: size of a home")
    require(sizes[PUBLIC] <= 2**24, "theorem: public entries")


def _check_function(t):
    n = len(t.pieces)
    require(t.bits >= 8 and n > 0 and n & (n - 1) == 0 and n <= 2**t.bits, "theorem: shape of a function")
    require(abs(t.first) <= 2**40, "theorem: first argument of a function")
    last = 2**t.bits // n - 1
    sizes = (sum(abs(c) * last**k for k, c in enumerate(piece)) for piece in t.pieces)
    require(all(size < 2**62 for size in sizes), "theorem: values of a function")
    require((t.lo, t.hi) == (min(t.values()), max(t.values())), "theorem: bounds of a function")


def _check_expression(e):
    require(e.shift <= 32 and max(map(abs, (e.constant, e.row_step, e.col_step))) <= 2**40, "theorem: expression")


def _check_column_table(t):
    require(t.bits == t.lo == t.hi == 0, "theorem: table bits")
    require(all(1 <= side <= 2**21 for side in t.shape), "theorem: shape of a column table")
    require(1 <= len(t.entries) <= 16, "theorem: entries of a column table")
    for e in t.entries:
        _check_expression(e)
        require(e.acc == NONE and e.shift == 0, "theorem: entry of a column table")


def _check_tables(theorem):
    for t in theorem.tables:
        if t.kind == COLUMNS:
            _check_column_table(t)
            continue
        require(1 <= t.bits <= 22, "theorem: table bits")
        if t.kind == SATURATE:
            require(t.lo < t.hi and t.lo >= -2**22 and t.hi <= 2**22, "theorem: saturation range")
        elif t.kind == FUNCTION:
            _check_function(t)
        else:
            require(t.lo == t.hi == 0, "theorem: table range")
    require(sum(len(t.pieces) for t in theorem.tables) <= 2**14, "theorem: pieces")
    require(len(set(theorem.tables)) == len(theorem.tables), "theorem: equal tables")
    multiplicities = theorem.multiplicities
    require(len(multiplicities) == len(theorem.tables), "theorem: multiplicities")
    require(len(set(multiplicities)) == len(multiplicities), "theorem: multiplicities")
    for table, i in zip(theorem.tables, multiplicities):
        require(i < len(theorem.columns), "theorem: multiplicity column")
        c = theorem.columns[i]
        require(c.home == WITNESS and (c.rows, c.cols) == table.block, "theorem: multiplicity column")


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


def _check_map(axes, entries, size):
    """What the map costs."""
    require(len(axes) <= 16, "theorem: axes of a map")
    product, last = 1, 0
    for axis in axes:
        for start, step, count in axis.runs:
            require(count >= 1 and start >= -1 and (start >= 0 or step == 0), "theorem: run of a map")
            require(start == -1 or start + step * (count - 1) >= 0, "theorem: run of a map")
        product *= axis.extent
        require(product <= entries, "theorem: entries of a map")
        ends = [v for start, step, count in axis.runs if start >= 0 for v in (start, start + step * (count - 1))]
        last += axis.stride * max(ends, default=0)
    require(product == entries and last < size, "theorem: map")
    return entries + size


def _check_linears(theorem):
    mapped = 0
    for rows, cols, linears in statements(theorem):
        for linear in linears:
            require(linear.column < len(theorem.columns), "theorem: linear column")
            require(abs(linear.coefficient) <= 2**40, "theorem: coefficient")
            require(linear.coefficient >= 0 or not linear.divide_by_taps, "theorem: coefficient")
            if linear.mapped:
                mapped += _check_map(linear.axes, rows * cols, theorem.columns[linear.column].size)
                continue
            require(linear.window.out_cols == cols, "theorem: linear shape")
            size = (1 if linear.one_row else rows) * linear.window.in_cols
            require(theorem.columns[linear.column].size == size, "theorem: linear shape")
    require(mapped <= 2**23, "theorem: sum of maps")


def _check_contraction(theorem, acc, c):
    require(max(c.weights, c.input) < len(theorem.columns), "theorem: contraction column")
    require(c.groups >= 1 and c.in_rows >= 1 and acc.rows % c.groups == 0, "theorem: groups")
    require(c.groups * acc.rows <= 2**22 or c.in_rows == 1, "theorem: groups")
    require(max(c.groups * c.in_rows, c.in_rows * c.window.taps) <= 2**21, "theorem: contraction size")
    weights, source = theorem.columns[c.weights], theorem.columns[c.input]
    width = c.in_rows * c.window.taps
    fits = (weights.rows, weights.cols) == (acc.rows, width) if weights.home == WEIGHTS else weights.size == acc.rows * width
    require(fits, "theorem: weights shape")
    require(c.window.out_cols == acc.cols, "theorem: contraction shape")
    require(source.size == c.groups * c.in_rows * c.window.in_cols, "theorem: input shape")


def _check_lookups(theorem):
    used = set()
    for lookup in theorem.lookups:
        require(lookup.table < len(theorem.tables), "theorem: lookup table")
        require(1 <= lookup.rows <= 2**21 and 1 <= lookup.cols <= 2**21, "theorem: lookup shape")
        require(len(lookup.tuple) == theorem.tables[lookup.table].width, "theorem: tuple width")
        for e in lookup.tuple:
            _check_expression(e)
            if e.acc == NONE:
                continue
            require(e.acc < len(theorem.accumulators) and e.acc not in used, "theorem: accumulator of an expression")
            acc = theorem.accumulators[e.acc]
            require((acc.rows, acc.cols) == (lookup.rows, lookup.cols), "theorem: accumulator shape")
            used.add(e.acc)
    rows = sum(x.rows * x.cols for x in theorem.lookups) + sum(t.rows for t in theorem.tables)
    require(rows <= 2**28, "theorem: lookup rows")


def _all_terms(theorem):
    """(contractions with their accumulator, linears with the rows of their statement)."""
    contractions = [(acc, c) for acc in theorem.accumulators for c in acc.contractions]
    return contractions, [(rows, x) for rows, _, linears in statements(theorem) for x in linears]


def reads(contractions, linears):
    """(column, length of a row as it is read) of every read that the entry work may charge."""
    for _, linear in linears:
        yield linear.column, None if linear.mapped else linear.window.in_cols
    for _, c in contractions:
        yield c.input, c.window.in_cols
        for _ in range(1 if c.in_rows == 1 else c.groups):
            yield c.weights, c.in_rows * c.window.taps


def _check_costs(theorem):
    """Terms, entry work and sides."""
    contractions, linears = _all_terms(theorem)
    require(len(contractions) + len(linears) <= 2**16, "theorem: terms")
    entries = 0
    for i, width in reads(contractions, linears):
        column = theorem.columns[i]
        entries += column.size if width is not None and (column.home == PUBLIC or column.cols != width) else 0
        require(entries <= 2**27, "theorem: entry work")
    sides = sum(x.rows + x.cols for x in theorem.accumulators + theorem.lookups)
    sides += sum(sum(t.shape) for t in theorem.tables)
    for acc, c in contractions:
        sides += c.groups * c.in_rows + c.in_rows * c.window.taps + acc.rows + c.window.in_cols
        sides += c.groups * acc.rows if c.groups > 1 and c.in_rows > 1 else 0
    sides += sum(rows + x.window.in_cols for rows, x in linears if not x.mapped)
    require(sides <= 2**25, "theorem: sides")


def check_pieces(theorem):
    """First part of the tile work (11.3, condition 6)."""
    pieces = sum(c.rows.bit_count() * c.cols.bit_count() for c in theorem.columns if c.home != PUBLIC)
    require(pieces <= 2**18, "tile work: pieces")


def check_tile_work(theorem, oracles):
    """Second part; the layouts must exist."""
    count, work = Counter(i for i, _ in reads(*_all_terms(theorem))), 0
    for oracle in oracles:
        for i, tiles in oracle.tiles.items():
            work += (1 + count[i]) * sum((1 << t.log_rows) + (1 << t.log_cols) for t in tiles)
    require(work <= 2**28, "tile work: tiles")


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
    _check_costs(theorem)
