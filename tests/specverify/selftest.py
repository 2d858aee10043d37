"""The document's examples, and forms against the plain semantics of 5.2 on random small statements."""

import random
from dataclasses import replace

from .argument import Ledger, _input_claim, _weights_claim, pad_form
from .field import P, ZERO, add, ceil_log2, dot, eq_all, eq_at, eq_range, mul, prefix_sums, scale, sub, total
from .hashing import Transcript, keccak256, merkle_root, multiproof_size
from .layout import Oracle, RowSpace
from .leaves import Leaves, evaluate, linear_form
from .opening import covector_at
from .prover import leaves_of
from .scalars import Scalar, Script
from .theorem import (COLUMNS, NONE, RANGE, Accumulator, Axis, Column, Contraction, Expr, Linear, Lookup, Table,
                      Theorem, Window, sources)
from .vectors import smallest_nonce


def _point(rng, m):
    return [tuple(rng.randrange(P) for _ in range(3)) for _ in range(m)]


def _window(rng, taps=None):
    """A random window; its input is as large as it says, whatever is absent."""
    kernel_h, kernel_w = (taps or (rng.choice([1, 2, 3]), rng.choice([1, 2, 3])))
    return Window(rng.choice([1, 2]), rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4),
                  kernel_h, kernel_w, rng.randint(0, 2), rng.randint(0, 2), rng.randint(-1, 2), rng.randint(-1, 2),
                  rng.randint(0, 2), rng.randint(0, 2), rng.random() < 0.5,
                  kernel_h * kernel_w == 1 and rng.random() < 0.5)


def check_linear(rng):
    """sum u v L against the form of 8.6."""
    w, rows = _window(rng), rng.randint(1, 4)
    x = Linear(0, rng.randint(0, 9), w, rng.random() < 0.5, rng.random() < 0.5)
    values = [rng.randint(-99, 99) for _ in range((1 if x.one_row else rows) * w.in_cols)]
    u, v, expected = _point(rng, rows), _point(rng, w.out_cols), ZERO
    for r in range(rows):
        for s in range(w.out_cols):
            places = [line[s] for line in sources(w) if line[s] is not None]
            n = max(1, len(places))
            k = (2 * x.coefficient + n) // (2 * n) if x.divide_by_taps else x.coefficient
            value = k * sum(values[(0 if x.one_row else r) * w.in_cols + j] for j in places)
            expected = add(expected, scale(mul(u[r], v[s]), value))
    assert evaluate(linear_form(x, u, v, len(values)), values) == expected


def _axes(rng, extents):
    """An axis of one or two runs for every extent, and what a source needs to hold."""
    axes, last = [], 0
    for extent in extents:
        cut = rng.randint(0, extent - 1)
        stride, start, step = rng.randint(0, 4), rng.randint(0, 3), rng.randint(0, 2)
        runs = [(-1, 0, cut)] if cut else []
        runs.append((start + step * (extent - cut - 1), -step, extent - cut))
        axes.append(Axis(stride, tuple(runs)))
        last += stride * (start + step * (extent - cut - 1))
    return tuple(axes), last + 1


def check_map(rng):
    """sum u v L of a mapped term against the form of 8.6."""
    rows, cols = rng.randint(1, 4), rng.randint(1, 3) * rng.randint(1, 3)
    divisor = rng.choice([d for d in range(1, cols + 1) if cols % d == 0])
    axes, size = _axes(rng, (rows, divisor, cols // divisor))
    x = Linear(0, rng.randint(-9, 9), None, axes=axes)
    values = [rng.randint(-99, 99) for _ in range(size)]
    u, v, expected = _point(rng, rows), _point(rng, cols), ZERO
    for r in range(rows):
        for s in range(cols):
            places = r, s // (cols // divisor), s % (cols // divisor)
            indices = [axis.indices()[j] for axis, j in zip(axes, places)]
            if None not in indices:
                source = sum(axis.stride * i for axis, i in zip(axes, indices))
                expected = add(expected, scale(mul(u[r], v[s]), x.coefficient * values[source]))
    assert evaluate(linear_form(x, u, v, size), values) == expected


def check_contraction(rng):
    """sum u v C = sum A B, and the two claims against A and B of 8.4."""
    groups, in_rows, w = rng.randint(1, 3), rng.randint(1, 3), _window(rng)
    rows, k = groups * rng.randint(1, 3), groups * in_rows
    c = Contraction(0, 1, groups, in_rows, w)
    weights = [rng.randint(-9, 9) for _ in range(rows * in_rows * w.taps)]
    data = [rng.randint(-9, 9) for _ in range(k * w.in_cols)]
    u, v, width = _point(rng, rows), _point(rng, w.out_cols), in_rows * w.taps
    group = [r // (rows // groups) for r in range(rows)]
    expected = ZERO
    for r in range(rows):
        for s in range(w.out_cols):
            value = sum(weights[r * width + i * w.taps + t] * data[(group[r] * in_rows + i) * w.in_cols + line[s]]
                        for i in range(in_rows) for t, line in enumerate(sources(w)) if line[s] is not None)
            expected = add(expected, scale(mul(u[r], v[s]), value))
    a = [[total(scale(u[r], weights[r * width + i % in_rows * w.taps + t]) for r in range(rows)
                if group[r] == i // in_rows) for t in range(w.taps)] for i in range(k)]
    b = [[total(scale(v[s], data[i * w.in_cols + j]) for s, j in enumerate(line) if j is not None)
          for line in sources(w)] for i in range(k)]
    assert total(dot(x, y) for x, y in zip(a, b)) == expected
    x_i, x_t = _point(rng, ceil_log2(k)), _point(rng, ceil_log2(w.taps))
    instance = Accumulator(rows, w.out_cols, (c,), ()), u, v, c
    for claim, values, table in ((_weights_claim, weights, a), (_input_claim, data, b)):
        forms = claim(instance, x_i, x_t, ZERO).forms
        rows_of = [dot(line, eq_range(x_t, 0, w.taps)) for line in table]
        assert total(evaluate(f, values) for f in forms) == dot(rows_of, eq_range(x_i, 0, k))


def _random_expression(rng, rows, cols, columns, shift):
    """An expression with up to two linears, each of a new column; its values are appended to `columns`."""
    linears = []
    for _ in range(rng.randint(0, 2)):
        if rng.random() < 0.5:
            axes, size = _axes(rng, (rows * cols,))
            linears.append(Linear(len(columns), rng.randint(-9, 9), None, axes=axes))
        else:
            w = replace(_window(rng), batch=1, out_h=1, out_w=cols)
            one_row = rng.random() < 0.5
            linears.append(Linear(len(columns), rng.randint(-9, 9), w, one_row))
            size = (1 if one_row else rows) * w.in_cols
        columns.append([rng.randint(-99, 99) for _ in range(size)])
    return Expr(NONE, tuple(linears), rng.randint(-9, 9), shift, rng.randint(-9, 9), rng.randint(-9, 9))


def check_leaves(rng):
    """The claims of 8.3 hold for leaves built row by row from 8.2, whatever the columns are."""
    columns, tables, lookups = [], [Table(RANGE, 3)], []
    for _ in range(2):
        shape = rng.randint(1, 4), rng.randint(1, 5)
        entries = tuple(_random_expression(rng, *shape, columns, 0) for _ in range(rng.randint(1, 3)))
        tables.append(Table(COLUMNS, 0, shape=shape, entries=entries))
    for t in (0, 1, 2, 1):
        shape = rng.randint(1, 4), rng.randint(1, 300)
        exprs = tuple(_random_expression(rng, *shape, columns, rng.randint(0, 4)) for _ in range(tables[t].width))
        lookups.append(Lookup(t, *shape, exprs))
    multiplicities = tuple(range(len(columns), len(columns) + len(tables)))
    columns += [[rng.randrange(9) for _ in range(t.rows)] for t in tables]
    shapes = tuple(Column(1, 1, len(values), 0, 0) for values in columns)
    theorem = Theorem(shapes, (), tuple(tables), tuple(lookups), multiplicities)
    space, (alpha, beta) = RowSpace(theorem), _point(rng, 2)
    at = _point(rng, space.log_rows)
    p, q = (dot(eq_all(at), x) for x in leaves_of(theorem, columns, alpha, beta))
    leaves = Leaves(theorem, alpha, beta, space.log_rows, space.blocks, (at, Scalar(p), Scalar(q)))
    assert total(evaluate(f, columns[f.column]) for f in leaves.counts) == leaves.count_value.known
    assert total(evaluate(f, columns[f.column]) for f in leaves.forms) == leaves.value.known


def check_covector(rng):
    """A~ against a sum over all addresses, also for forms of another shape than the column (7.1, 8.10)."""
    shapes = {i: (rng.randint(1, 6), rng.randint(1, 6)) for i in range(3)}
    size, log_n = sum(rows * cols for rows, cols in shapes.values()), rng.randint(1, 6)
    slots = rng.randint((1 << log_n) // 2, 1 << log_n)
    limbs = -(-size // slots)
    oracle, forms, dense = Oracle(shapes, log_n, limbs, slots), {}, {}
    point = _point(rng, log_n + ceil_log2(limbs))
    for i, (rows, cols) in shapes.items():
        for width in {cols, rng.choice([d for d in range(1, rows * cols + 1) if rows * cols % d == 0])}:
            u, v = _point(rng, rows * cols // width), _point(rng, width)
            forms.setdefault(i, []).append(type("F", (), {"u": u, "v": v})())
            for flat in range(rows * cols):
                at = i, flat // cols, flat % cols
                dense[at] = add(dense.get(at, ZERO), mul(u[flat // width], v[flat % width]))
    expected, used = ZERO, set()
    for i, tiles in oracle.tiles.items():
        for t in tiles:
            for r in range(1 << t.log_rows):
                for s in range(1 << t.log_cols):
                    used.add(t.address + (r << t.log_cols) + s)
                    weight = eq_at(point, t.address + (r << t.log_cols) + s)
                    expected = add(expected, mul(weight, dense[i, t.row + r, t.col + s]))
    assert len(used) == size == oracle.size and max(used) < limbs << log_n
    assert all(at % (1 << log_n) < slots for at in used)
    assert covector_at(oracle, Ledger(forms, ZERO, ZERO), point) == expected


def check_scalars(rng):
    """Scalars and the form of their pads against plain elements: a product's pad, sums, multiples (7.3, 8.6)."""
    class Stream:
        def read_extension(self, _, count):
            return _point(rng, count)

    script = Script(Stream(), True)
    a, b, c = script.read("", 3)
    pads = _point(rng, 3)
    pads.append(mul(pads[0], pads[2]))

    def plain(x):
        return add(x.known, total(mul(k, pads[i]) for i, k in x.pads.items()))

    k, result = _point(rng, 1)[0], script.product(a, c)
    assert script.products == [(0, 2, 3)] and plain(result) == mul(plain(a), plain(c))
    x = result * k - (a + b) + a + Scalar(k)
    assert plain(x) == add(sub(mul(k, plain(result)), plain(b)), k)
    words = [word for pad in pads for word in pad]
    assert sub(x.known, evaluate(pad_form(0, 4, x), words)) == plain(x)


def check_examples(rng):
    """Examples of sections 2 to 7."""
    assert keccak256(b"").hex().startswith("c5d24601")
    t = Transcript("tacit example")
    t.absorb("greeting", b"hi")
    assert t.draw("x") == (0x36c41e89d3add399, 0x4d448732a9d86dab, 0x5e49f865548caddb)
    assert t.draw_positions("queries", 10, 6) == [49, 36, 33, 47, 41, 44, 26, 11, 39, 38]
    assert t.state.hex().startswith("a7125c15e613e14e")
    t = Transcript("tacit example")
    t.absorb("greeting", b"hi")
    seed = t.seed("work")
    assert seed.hex().startswith("a6ca476377b5ecf6") and smallest_nonce(seed, 8) == 625
    rows = [i.to_bytes(8, "little") for i in range(4)]
    assert merkle_root(2, [0, 1, 2, 3], rows, []).hex().startswith("60adc089224c4715")
    assert (multiproof_size(3, [1, 4, 5]), multiproof_size(3, [0, 3, 6])) == (3, 4)
    assert Table(1, 2, -4, 3).segments()[-1] == (16, 240, (-4, 0), (0, 0))
    assert [s[:2] for s in Table(0, 8).segments()] == [(0, 256)]
    tiles = Oracle({0: (6, 5)}, 5, 1, 32).tiles[0]
    assert [(t.column, t.row, t.col, t.log_rows, t.log_cols, t.address) for t in tiles] == [
        (0, 0, 0, 2, 2, 0), (0, 4, 0, 1, 2, 16), (0, 0, 4, 2, 0, 24), (0, 4, 4, 1, 0, 28)]
    lookups = Lookup(0, 6, 5, ()), Lookup(0, 2, 300, ())
    space = RowSpace(Theorem((), (), (Table(0, 8), Table(0, 9)), lookups, ()))
    assert [(b.kind, b.index, b.base) for b in space.blocks] == [
        ("lookup", 1, 0), ("table", 0, 1024), ("table", 1, 1280), ("lookup", 0, 1792)] and space.log_rows == 11
    r = _point(rng, 4)
    for n in range(17):
        values = eq_range(r, 0, n)
        assert prefix_sums(r, n) == (total(values), total(scale(x, i) for i, x in enumerate(values)))


def run(seed=1, count=60):
    rng = random.Random(seed)
    check_examples(rng)
    for _ in range(count):
        check_linear(rng)
        check_map(rng)
        check_contraction(rng)
        check_covector(rng)
        check_leaves(rng)
        check_scalars(rng)
    print("selftest passed")


if __name__ == "__main__":
    run()
