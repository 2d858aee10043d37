"""Theorems with column tables, steps and requantisations of every kind, their columns, and variants of them."""

from dataclasses import replace

from .theorem import (COLUMNS, NONE, PUBLIC, RANGE, SATURATE, WITNESS, Accumulator, Column, Expr, Linear, Lookup, Table,
                      Theorem, Window)

ACROSS = 6                                            # lookups are [1, 6], the first table of columns is [2, 3]
# columns: 0 address, 1 content of the first table, 2 and 3 fetched from it, 4 the first of them from right to left,
# 5 y, 6 rem (an input without a shift), 7 ... g_j, then multiplicities
FLIPPED, Y, REM, G = 4, 5, 6, 7
KINDS = ((2, 3, 2, 4, 0, 3), (0, 5, 1, 1, 0, 1), (0, 2, 4, 3, -3, 3), (3, 2, 3, 8, -2, 5))      # arguments of stranger
ADDRESS, CONTENT = (0, 4, 2, 3, 1, 4), (20, -20, 7, 0, -3, 11)


def term(column, coefficient, width=ACROSS):
    return Linear(column, coefficient, Window(in_w=width, out_w=width))


def expr(*linears, constant=0, acc=NONE, shift=0, steps=(0, 0)):
    return Expr(acc, linears, constant, shift, *steps)


def alone(column):
    return expr(term(column, 1))


def low_limb(shift, bits, limbs):
    """The second expression of a requantisation."""
    linears = [term(REM, -1)] if shift else []
    linears += [term(c, -(1 << shift + j * bits)) for j, c in enumerate((Y, *range(G, G + limbs - 1)))]
    return expr(*linears, constant=1 << shift >> 1, acc=0, shift=shift)


def _columns(shift, bits, limbs, lo, hi):
    """All but the multiplicities; of the fetched ones exactly the bounds of the entries."""
    reach, row = (1 << bits) - 1, lambda home, least, most: Column(home, 1, ACROSS, least, most)
    columns = [row(PUBLIC, 0, 4), Column(PUBLIC, 2, 3, -20, 20), row(WITNESS, -21, 23), row(PUBLIC, -65, 62),
               row(PUBLIC, -42, 46), row(PUBLIC, lo, hi)]
    columns.append(row(WITNESS, 0, (1 << shift) - 1) if shift else row(PUBLIC, 0, 4))
    return columns + [row(WITNESS, -reach, reach)] * (limbs - 1)


def stranger(shift, bits, limbs, gain, lo, hi):
    """An input addresses a table of sums of another input; what is fetched is turned round, and requantised."""
    entries = expr(term(1, 1, 3), constant=1, steps=(2, -1)), expr(term(1, -3, 3), steps=(-5, 1))
    tables = [Table(COLUMNS, 0, shape=(2, 3), entries=entries),
              Table(COLUMNS, 0, shape=(1, ACROSS), entries=(expr(term(2, 2)),)), Table(SATURATE, bits, lo, hi)]
    tables += [Table(RANGE, shift)] if shift else []
    tuples = [(0, (expr(term(0, 1), constant=1, steps=(9, 0)), alone(2), alone(3))),
              (1, (expr(constant=5, steps=(0, -1)), alone(FLIPPED)))]
    tuples += [(3, (alone(REM),))] if shift else []
    tuples += [(2, (alone(Y), alone(G + j))) for j in range(limbs - 1)]
    tuples.append((2, (alone(Y), low_limb(shift, bits, limbs))))
    columns = _columns(shift, bits, limbs, lo, hi)
    first = len(columns)
    columns += [Column(WITNESS, *t.block, 0, 2**31 - 1) for t in tables]
    return Theorem(tuple(columns), (Accumulator(1, ACROSS, (), (term(2, gain),)),), tuple(tables),
                   tuple(Lookup(t, 1, ACROSS, x) for t, x in tuples), tuple(range(first, len(columns))))


def ports(shift):
    """(inputs, outputs)."""
    return (0, 1) if shift else (0, 1, REM), (3, FLIPPED, Y)


def assignment(shift, bits, limbs, gain, lo, hi):
    """The columns that the definitions give for ADDRESS and CONTENT, by id, without multiplicities."""
    rows = [(x + 1 + 2 * (i // 3) - i % 3, -3 * x - 5 * (i // 3) + i % 3) for i, x in enumerate(CONTENT)]
    first, second = zip(*(rows[i + 1] for i in ADDRESS))
    y, rem, limbs_of = [], [], []
    for v in first:
        q, r = divmod(gain * v + (1 << shift >> 1), 1 << shift)
        y.append(min(max(q, lo), hi))
        rem.append(r)
        excess, sign = abs(q - y[-1]), 1 if q > y[-1] else -1
        limbs_of.append([sign * (excess >> j * bits) % (sign << bits) for j in range(1, limbs)])
    flipped = [2 * v for v in reversed(first)]
    return dict(enumerate((ADDRESS, CONTENT, first, second, flipped, y, rem if shift else ADDRESS, *zip(*limbs_of))))


def cheats():
    """(name, columns) for the first of KINDS: in range, yet not what the definitions say."""
    honest, last = assignment(*KINDS[0]), ACROSS - 1
    changes = {"another row's entry": (3, 0, honest[3][1]), "an entry of no row": (2, last, honest[2][last] + 1),
               "not turned round": (FLIPPED, 0, 2 * honest[2][0]), "another quotient": (Y, 0, honest[Y][0] ^ 1),
               "another remainder": (REM, 0, honest[REM][0] ^ 1), "another limb": (G, 0, honest[G][0] - 1)}
    for name, (column, at, value) in changes.items():
        values = list(honest[column])
        values[at] = value
        yield name, {**honest, column: values}


def _with(theorem, what, index, **changes):
    """One item of one of the theorem's lists changed."""
    found = list(getattr(theorem, what))
    found[index] = replace(found[index], **changes)
    return replace(theorem, **{what: tuple(found)})


def _with_expression(theorem, lookup, k, **changes):
    expressions = list(theorem.lookups[lookup].tuple)
    expressions[k] = replace(expressions[k], **changes)
    return _with(theorem, "lookups", lookup, tuple=tuple(expressions))


def _with_entry(theorem, table, entry):
    return _with(theorem, "tables", table, entries=(entry, *theorem.tables[table].entries[1:]))


def _more_columns(theorem, shape, *entries):
    """With one more column table, into which nothing is looked up."""
    columns = *theorem.columns, Column(WITNESS, *shape, 0, 1)
    return replace(theorem, columns=columns, tables=(*theorem.tables, Table(COLUMNS, 0, shape=shape, entries=entries)),
                   multiplicities=(*theorem.multiplicities, len(columns) - 1))


def _table_variants(theorem):
    """(name, theorem, accepted) about column tables."""
    e, table, across = expr(constant=5), theorem.tables[0], theorem.lookups[1]
    for n in (1, 16, 17, 0):
        yield f"{n} entries", _more_columns(theorem, (1, 1), *[e] * n), 1 <= n <= 16
    for side, accepted in ((2**12, True), (0, False), (2**21 + 1, False)):
        yield f"{side} rows", _more_columns(theorem, (side, 1), e), accepted
    for key in ("row_step", "col_step", "constant"):
        for v in (2**40, -2**40, 2**40 + 1, -2**40 - 1):
            yield f"{key} {v} in an entry", _more_columns(theorem, (2, 2), replace(e, **{key: v})), abs(v) <= 2**40
    yield "an entry with a shift", _more_columns(theorem, (1, 1), replace(e, shift=1)), False
    yield "an entry with an accumulator", _more_columns(theorem, (1, ACROSS), replace(e, acc=0)), False
    yield "the same table twice", _more_columns(theorem, table.shape, *table.entries), False
    yield "bits of a column table", _with(theorem, "tables", 0, bits=1), False
    yield "bounds of a column table", _with(theorem, "tables", 0, lo=-1, hi=1), False
    yield "a table of its own multiplicities", _more_columns(theorem, (1, ACROSS), alone(len(theorem.columns))), False
    yield "a table of what is fetched from it", _with_entry(theorem, 1, alone(FLIPPED)), False
    yield "a table of later columns", _with_entry(theorem, 1, alone(Y)), False
    yield "wider entries than columns", _with_entry(theorem, 0, replace(table.entries[0], col_step=-2)), False
    yield "a lookup that fetches nothing", replace(theorem, lookups=(*theorem.lookups, replace(
        across, tuple=(expr(), expr())))), False
    yield "a second fetch of the same", replace(theorem, lookups=(*theorem.lookups, across)), False
    many = expr(*[replace(term(0, 1, ACROSS), window=Window(in_w=ACROSS), one_row=True)] * 15)
    yield "sides of 16 * 2^21", _more_columns(theorem, (2**21, 1), many), False


def _lookup_variants(theorem):
    """The same about the lookups of the first of KINDS."""
    low = len(theorem.lookups) - 1
    for k, column in enumerate((None, 2, 3)):
        for name, change in (("row_step", 1), ("col_step", 1), ("shift", 1), ("constant", 2), ("constant", -1)):
            harmless = column is None and name == "row_step"
            yield (f"{name} {change} in expression {k} of a fetch", _with_expression(theorem, 0, k, **{name: change}),
                   harmless)
    yield "one column fetched twice", _with_expression(theorem, 0, 2, linears=(term(2, 1),)), False
    yield "an address that reads what it fetches", _with_expression(theorem, 1, 0, linears=(term(FLIPPED, 0),)), False
    for i in range(2, low + 1):
        for k in range(len(theorem.lookups[i].tuple)):
            for name in ("row_step", "col_step"):
                yield f"{name} in expression {k} of lookup {i}", _with_expression(theorem, i, k, **{name: 1}), False
    e = theorem.lookups[low].tuple[1]
    rem, y, g = e.linears
    for name, linears in (("in another order", (y, rem, g)), ("without its remainder", (y, g)), ("without y", (rem, g)),
                          ("with a limb twice", (rem, y, g, replace(g, coefficient=8 * g.coefficient))),
                          ("with a wrong coefficient", (rem, y, replace(g, coefficient=2 * g.coefficient)))):
        yield f"a requantisation {name}", _with_expression(theorem, low, 1, linears=linears), False
    pairs = theorem.lookups
    yield "a limb without its pair", replace(theorem, lookups=(*pairs[:3], *pairs[4:])), False
    yield "an accumulator too large for its limbs", _with(theorem, "accumulators", 0, linears=(term(2, 13),)), False
    yield "an accumulator of y", _with(theorem, "accumulators", 0, linears=(term(Y, 1),)), False


def crowded(reads):
    """With a column that an entry reads so often: in limbs of 16 slots 1024 tiles of [1, 16], each paid for every read."""
    base, square = stranger(*KINDS[0]), Window(in_w=128, out_w=128)
    column, tables = len(base.columns), len(base.tables)
    columns = Column(WITNESS, 128, 128, 1, 1), Column(WITNESS, 1, 1, 0, 1), Column(WITNESS, 128, 128, 0, 1)
    lookup = Lookup(tables, 128, 128, (expr(), expr(Linear(column, 1, square))))
    return replace(base, columns=base.columns + columns, lookups=(*base.lookups, lookup),
                   tables=(*base.tables, Table(COLUMNS, 0, shape=(1, 1), entries=(expr(constant=1),)),
                           Table(COLUMNS, 0, shape=(128, 128), entries=(expr(*[Linear(column, 1, square)] * reads),))),
                   multiplicities=(*base.multiplicities, column + 1, column + 2))


def variants():
    """(name, theorem, inputs, outputs, accepted)."""
    base = stranger(*KINDS[0])
    for name, theorem, accepted in (*_table_variants(base), *_lookup_variants(base)):
        yield name, theorem, *ports(KINDS[0][0]), accepted
    inputs, outputs = ports(KINDS[0][0])
    for limbs, accepted in ((4, True), (5, False)):
        for shift in (0, 2):
            yield f"{limbs} limbs, shift {shift}", stranger(shift, 2, limbs, 1, 0, 3), *ports(shift), accepted
