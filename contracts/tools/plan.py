#!/usr/bin/env python3
"""The *plan* of a key: what the contract TacitVerifier reads instead of the key. `plan.py PREFIX.vk` prints it
in hex, `plan.py PREFIX.vk PROOF` prints JSON of the plan and of a call's two arguments.

A plan says nothing that the key does not say: it is the theorem with ids instead of names, blocks and tiles in the order in which
layouts place them (protocol 7.1, 7.2), and the constants that a verifier derives (the pin's point). Whoever has the key makes it
again and compares. All integers are big-endian; i64 and i32 are two's complement. Layout, in this order:

    digest 32 | root_w 32 | pin y 32 | pin z 32 (elements of E as words, src/Field.sol) | flags u8: 1 masked, 2 weights
    label: u8 length, bytes | params: u16 length, bytes (11.2) | initial grind bits u8
    log_rows u8 | rounds of contractions u8 | instances u16, each: its rounds n_l u8
    pads u16 | masked u8 | so far the header, which TacitArgument gets
    columns u16 (with the column of pads) | uses u16
    public columns u8, each by id: id u16 | rows u32 | cols u32 | lo i64 | hi i64
    powers of beta u8 | classes u8, each: log_cols u8 | cols u32
    blocks u16, by base, each: kind u8 (0 lookup, 1 table by segments, 2 column table) | class u8 | rows u32 | base >> log_cols u32
                         | row weights as a vector u8 | table u16, and by kind
        0: expressions u8, each an expression
        1: multiplicity column u16 | width u8 | segments u8, each: first row u32 | length u32 | width times (first i64, step i64)
        2: multiplicity column u16 | cols u32 | expressions u8, each an expression
    instances, each: use u16 | weights column u16 | its cols u32 | input column u16 | its cols u32 | rows u32 | groups u32
                     | in_rows u32 | log_inputs u8 | log_taps u8 | window
    W, then X: columns u16, each: id u16 | cols u32 | tiles u16, each: row u32 | col u32 | log_rows u8 | log_cols u8 | address u32

    expression: shift u8 | constant i64 | row_step i64 | col_step i64 | used u8 | linears u16, each a linear
    linear: column u16 | its cols u32 | coefficient i64 | one_row u8 | divide_by_taps u8 | window
    window: 0 u8 (identity), or 1 u8, then batch, in_h, in_w, out_h, out_w, kernel_h, kernel_w u32, stride_h, stride_w, pad_h, pad_w,
            dilation_h, dilation_w i32, shared u8, clamp u8, or (in linears only) 2 u8: a map, axes u8, each: stride u32 | runs u16,
            each: start i32 | step i32 | count u32
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from specverify.field import ceil_log2  # noqa: E402
from specverify.layout import RowSpace  # noqa: E402
from specverify.scalars import log_size, pad_count  # noqa: E402
from specverify.theorem import COLUMNS, FUNCTION, NONE, PUBLIC, RANGE  # noqa: E402
from specverify.verifier import HIDING, Key  # noqa: E402

VECTOR_ROWS = 128                                     # up to so many rows a block's row weights are a vector


class Unsupported(Exception):
    """The reason why a key has no plan."""


def u(size, *values):
    return b"".join(v.to_bytes(size, "big", signed=v < 0) for v in values)


def i64(*values):
    return b"".join(v.to_bytes(8, "big", signed=True) for v in values)


def element(a):
    return (a[0] | a[1] << 85 | a[2] << 170).to_bytes(32, "big")


def window(w):
    if w.identity:
        return u(1, 0)
    sizes = w.batch, w.in_h, w.in_w, w.out_h, w.out_w, w.kernel_h, w.kernel_w
    steps = w.stride_h, w.stride_w, w.pad_h, w.pad_w, w.dilation_h, w.dilation_w
    return u(1, 1) + u(4, *sizes, *steps) + u(1, w.shared, w.clamp)


def axes(found):
    out = u(1, 2, len(found))
    for axis in found:
        out += u(4, axis.stride) + u(2, len(axis.runs)) + b"".join(u(4, *run) for run in axis.runs)
    return out


class Plan:
    def __init__(self, key):
        self.key, self.theorem, self.params = key, key.core.theorem, key.core.params
        if key.core.committed_ports():
            raise Unsupported("committed ports: a link opening of each is not part of the contract yet")
        if any(t.kind == FUNCTION for t in self.theorem.tables):
            rows = sum(t.rows for t in self.theorem.tables if t.kind == FUNCTION)
            raise Unsupported(f"function tables of {rows} rows: a verifier sums all their values, about 150 gas a row; "
                              "take the output before the function (compile --until)")
        windows = [c.window for a in self.theorem.accumulators for c in a.contractions]
        if any(w.shared or w.clamp or w.stride_h * w.stride_w == 0 for w in windows if not w.identity):
            raise Unsupported("a contraction over a shared or clamped window, or without strides")
        self.space, self.uses = RowSpace(self.theorem), {}
        if any(self.needs_vector(b) and b.rows >= 2**15 for b in self.space.blocks):
            raise Unsupported("a statement of 2^15 rows or more with a contraction or a map")
        if self.space.log_rows > 20:
            raise Unsupported(f"2^{self.space.log_rows} rows of lookups and tables; the contract takes 2^20")
        self.classes = sorted({(b.log_cols, b.cols) for b in self.space.blocks})

    def linear(self, x):
        head = u(2, x.column) + u(4, self.theorem.columns[x.column].cols) + i64(x.coefficient)
        if x.mapped:
            return head + u(1, 0, 0) + axes(x.axes)
        return head + u(1, x.one_row, x.divide_by_taps) + window(x.window)

    def expression(self, e):
        linears, used = e.linears, 0
        if e.acc != NONE:
            linears = linears + self.theorem.accumulators[e.acc].linears
            if self.theorem.accumulators[e.acc].contractions:
                used = 1
                self.uses[e.acc] = len(self.uses)
        return (u(1, e.shift) + i64(e.constant, e.row_step, e.col_step) + u(1, used) + u(2, len(linears))
                + b"".join(map(self.linear, linears)))

    def expressions(self, found):
        return u(1, len(found)) + b"".join(map(self.expression, found))

    def needs_vector(self, b):
        """Row weights are summed along rows in closed form only for whole columns."""
        if b.kind == "table":
            found = self.theorem.tables[b.index].entries
        else:
            found = self.theorem.lookups[b.index].tuple
        linears = [x for e in found for x in e.linears]
        accs = [self.theorem.accumulators[e.acc] for e in found if e.acc != NONE]
        linears += [x for a in accs for x in a.linears]
        return b.rows <= VECTOR_ROWS or any(x.mapped for x in linears) or any(a.contractions for a in accs)

    def block(self, b):
        head = u(1, self.classes.index((b.log_cols, b.cols))) + u(4, b.rows, b.base >> b.log_cols) + u(1, self.needs_vector(b))
        if b.kind == "lookup":
            lookup = self.theorem.lookups[b.index]
            return u(1, 0) + head + u(2, lookup.table) + self.expressions(lookup.tuple)
        table, column = self.theorem.tables[b.index], self.theorem.multiplicities[b.index]
        if table.kind == COLUMNS:
            return u(1, 2) + head + u(2, b.index, column) + u(4, table.shape[1]) + self.expressions(table.entries)
        segments = table.segments()
        out = u(1, 1) + head + u(2, b.index, column) + u(1, table.width, len(segments))
        for start, length, first, step in segments:
            out += u(4, b.base + start, length) + b"".join(i64(f, s) for f, s in zip(first, step))
        return out

    def instances(self):
        """(use, contraction) in the order of uses."""
        return [(i, acc, c) for acc, i in self.uses.items() for c in self.theorem.accumulators[acc].contractions]

    def instance(self, use, acc, c):
        columns = self.theorem.columns
        log_taps = ceil_log2(c.window.taps)
        return (u(2, use, c.weights) + u(4, columns[c.weights].cols) + u(2, c.input) + u(4, columns[c.input].cols)
                + u(4, self.theorem.accumulators[acc].rows, c.groups, c.in_rows)
                + u(1, log_size(c) - log_taps, log_taps) + window(c.window))

    def tiles(self, oracle):
        out = u(2, len(oracle.tiles))
        for column, tiles in oracle.tiles.items():
            out += u(2, column) + u(4, oracle.shapes[column][1]) + u(2, len(tiles))
            out += b"".join(u(4, t.row, t.col) + u(1, t.log_rows, t.log_cols) + u(4, t.address) for t in tiles)
        return out

    def encoded(self, what="inference"):
        key, core, p, theorem = self.key, self.key.core, self.params, self.theorem
        blocks = u(2, len(self.space.blocks)) + b"".join(map(self.block, self.space.blocks))
        found = self.instances()
        sizes = [log_size(c) for _, _, c in found]
        label = f"tacit {what} v2, {HIDING[p.masked]}".encode()
        zero = (0, 0, 0)
        out = core.digest + core.root_w + element(core.pin) + element(key.z or zero) + u(1, p.masked + 2 * key.has_weights)
        out += u(1, len(label)) + label + u(2, len(p.encoded)) + p.encoded + u(1, p.initial_grind_bits)
        out += u(1, self.space.log_rows, max(sizes, default=0)) + u(2, len(found)) + u(1, *sizes)
        out += u(2, pad_count(theorem)) + u(1, p.masked) + u(2, len(theorem.columns) + 1, len(self.uses))
        public = theorem.home(PUBLIC)
        out += u(1, len(public))
        for i in public:
            c = theorem.columns[i]
            out += u(2, i) + u(4, c.rows, c.cols) + i64(c.lo, c.hi)
        out += u(1, max((t.width for t in theorem.tables), default=1), len(self.classes))
        out += b"".join(u(1, k) + u(4, cols) for k, cols in self.classes) + blocks
        out += b"".join(self.instance(*x) for x in found)
        return out + b"".join(self.tiles(oracle) for oracle in key.model.oracles)


def plan_of(data):
    return Plan(Key(data, True)).encoded()


def call_of(data, proof):
    """(public values by column id as in the transcript, proof stream) of a proof file."""
    from specverify.keyfile import read_proof
    core = Key(data, True).core
    values, _, stream = read_proof(core, proof)
    entries = [v for i in core.theorem.home(PUBLIC) for v in values[i]]
    return b"".join(v.to_bytes(4, "little", signed=True) for v in entries), stream


if __name__ == "__main__":
    files = [Path(name).read_bytes() for name in sys.argv[1:]]
    if len(files) == 1:
        print(plan_of(files[0]).hex())
    elif len(files) == 2:
        values, stream = call_of(*files)
        print(json.dumps({"plan": plan_of(files[0]).hex(), "values": values.hex(), "stream": stream.hex()}))
    else:
        sys.exit(__doc__)
