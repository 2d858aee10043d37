"""Section 5: the theorem and its tables."""

from dataclasses import dataclass
from functools import lru_cache

NONE = 0xFFFFFFFF
WEIGHTS, WITNESS, PUBLIC = 0, 1, 2
RANGE, SATURATE, MAXIMUM, FUNCTION, COLUMNS = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Column:
    home: int
    rows: int
    cols: int
    lo: int
    hi: int

    @property
    def size(self):
        return self.rows * self.cols


@dataclass(frozen=True)
class Window:
    batch: int = 1
    in_h: int = 1
    in_w: int = 1
    out_h: int = 1
    out_w: int = 1
    kernel_h: int = 1
    kernel_w: int = 1
    stride_h: int = 1
    stride_w: int = 1
    pad_h: int = 0
    pad_w: int = 0
    dilation_h: int = 1
    dilation_w: int = 1
    shared: bool = False
    clamp: bool = False

    @property
    def taps(self):
        return self.kernel_h * self.kernel_w

    @property
    def in_cols(self):
        return (1 if self.shared else self.batch) * self.in_h * self.in_w

    @property
    def out_cols(self):
        return self.batch * self.out_h * self.out_w

    @property
    def identity(self):
        return (not self.shared and not self.clamp and self.taps == 1 and self.stride_h == self.stride_w == 1
                and self.pad_h == self.pad_w == 0 and self.in_h == self.out_h and self.in_w == self.out_w)


def _axis(out, taps, stride, pad, dilation, size, clamp):
    """For each tap and output position of one axis the input position, or None if absent (5.2)."""
    table = []
    for k in range(taps):
        line = []
        for o in range(out):
            i = o * stride - pad + k * dilation
            if clamp:
                i = min(max(i, 0), size - 1)
            line.append(i if 0 <= i < size else None)
        table.append(line)
    return table


@lru_cache(maxsize=None)
def sources(w):
    """sources(w)[t][s] = source(t, s) of 5.2, None where absent."""
    heights = _axis(w.out_h, w.kernel_h, w.stride_h, w.pad_h, w.dilation_h, w.in_h, w.clamp)
    widths = _axis(w.out_w, w.kernel_w, w.stride_w, w.pad_w, w.dilation_w, w.in_w, w.clamp)
    table = []
    for line_h in heights:
        for line_w in widths:
            bases = [(0 if w.shared else b) * w.in_h for b in range(w.batch)]
            table.append([None if ih is None or iw is None else (base + ih) * w.in_w + iw
                          for base in bases for ih in line_h for iw in line_w])
    return table


@lru_cache(maxsize=None)
def present(w):
    """Number of present taps of every output column."""
    return [sum(i is not None for i in taps) for taps in zip(*sources(w))]


@dataclass(frozen=True)
class Contraction:
    weights: int
    input: int
    groups: int
    in_rows: int
    window: Window


@dataclass(frozen=True)
class Axis:
    stride: int
    runs: tuple                                       # (start, step, count)

    @property
    def extent(self):
        return sum(count for _, _, count in self.runs)

    def indices(self):
        """The index at every position, None where it is absent."""
        return [None if start == -1 else start + step * k for start, step, count in self.runs for k in range(count)]


@lru_cache(maxsize=None)
def map_sources(axes):
    """source(r, s) of 5.2 in the flat order of the statement, None where absent."""
    out = [0]
    for axis in axes:
        own = [None if i is None else axis.stride * i for i in axis.indices()]
        out = [None if a is None or b is None else a + b for a in out for b in own]
    return out


@dataclass(frozen=True)
class Linear:
    column: int
    coefficient: int
    window: Window                                    # None for a mapped term
    one_row: bool = False
    divide_by_taps: bool = False
    axes: tuple = ()                                  # of a mapped term

    @property
    def mapped(self):
        return bool(self.axes)

    @property
    def one_tap(self):
        return self.mapped or self.window.taps == 1

    @property
    def identity(self):
        return not self.mapped and self.window.identity

    def has_absent(self):
        """Some entry reads nothing."""
        if self.mapped:
            return any(start == -1 for axis in self.axes for start, _, _ in axis.runs)
        return min(present(self.window)) == 0

    def factors(self):
        """k(s) of every output column (5.2)."""
        if not self.divide_by_taps:
            return [self.coefficient] * self.window.out_cols
        return [(2 * self.coefficient + max(1, n)) // (2 * max(1, n)) for n in present(self.window)]


@dataclass(frozen=True)
class Accumulator:
    rows: int
    cols: int
    contractions: tuple
    linears: tuple


@dataclass(frozen=True)
class Expr:
    acc: int
    linears: tuple
    constant: int
    shift: int
    row_step: int = 0
    col_step: int = 0

    @property
    def level(self):
        return self.row_step == self.col_step == 0


@dataclass(frozen=True)
class Table:
    kind: int
    bits: int
    lo: int = 0
    hi: int = 0
    first: int = 0                                    # of a function
    pieces: tuple = ()
    shape: tuple = (0, 0)                             # (rows, cols) of a column table
    entries: tuple = ()

    def values(self):
        """f(i) of every row of a function (5.2)."""
        return function_values(self)

    @property
    def width(self):
        if self.kind == COLUMNS:
            return 1 + len(self.entries)
        return 1 if self.kind == RANGE else 2

    @property
    def index(self):
        """The first entry of a column table's rows as an expression: the row's number."""
        return Expr(NONE, (), 0, 0, self.shape[1], 1)

    @property
    def block(self):
        """(rows, cols) of the table's block in the row space, and of its multiplicity column."""
        return self.shape if self.kind == COLUMNS else (self.rows // 256, 256)

    def segments(self):
        """Segments (start, length, first, step) with the padding to a multiple of 256 rows (5.2)."""
        m, reach = 1 << self.bits, self.hi - self.lo + 1
        if self.kind == RANGE:
            parts, repeated = [(m, (0,), (1,))], (0,)
        elif self.kind == SATURATE:
            parts = [(reach, (self.lo, 0), (1, 0)), (m, (self.hi, 0), (0, 1)), (m, (self.lo, 0), (0, -1))]
            repeated = (self.lo, 0)
        else:
            parts, repeated = [(m, (0, 0), (1, 0)), (m, (0, 0), (0, -1))], (0, 0)
        length = sum(part[0] for part in parts)
        if length % 256:
            parts.append((-length % 256, repeated, (0,) * self.width))
        out, start = [], 0
        for count, first, step in parts:
            out.append((start, count, first, step))
            start += count
        return out

    @property
    def rows(self):
        if self.kind == COLUMNS:
            return self.shape[0] * self.shape[1]
        if self.kind == FUNCTION:
            return 1 << self.bits
        start, length, _, _ = self.segments()[-1]
        return start + length

    def interval(self, k):
        """Least and greatest entry k over all rows of a table that is no column table."""
        if self.kind == FUNCTION:
            return (self.lo, self.hi) if k else (self.first, self.first + self.rows - 1)
        ends = [f for _, n, first, step in self.segments() for f in (first[k], first[k] + (n - 1) * step[k])]
        return min(ends), max(ends)


@lru_cache(maxsize=None)
def function_values(table):
    length, out = table.rows // len(table.pieces), []
    for c0, c1, c2, c3 in table.pieces:
        out += [c0 + t * (c1 + t * (c2 + t * c3)) >> 32 for t in range(length)]
    return out


@dataclass(frozen=True)
class Lookup:
    table: int
    rows: int
    cols: int
    tuple: tuple


@dataclass(frozen=True)
class Theorem:
    columns: tuple
    accumulators: tuple
    tables: tuple
    lookups: tuple
    multiplicities: tuple

    def reads_of(self, e):
        """Columns that an expression reads (6.4)."""
        linears = e.linears
        if e.acc != NONE:
            acc = self.accumulators[e.acc]
            linears = linears + acc.linears
            for c in acc.contractions:
                yield from (c.weights, c.input)
        yield from (x.column for x in linears)

    def home(self, home):
        """Ids of the columns of one home."""
        return [i for i, c in enumerate(self.columns) if c.home == home]
