"""Section 5: the theorem, its encoding and its tables."""

from dataclasses import dataclass
from functools import lru_cache

from .field import require

NONE = 0xFFFFFFFF
WEIGHTS, WITNESS, PUBLIC = 0, 1, 2
RANGE, SATURATE, MAXIMUM, FUNCTION = 0, 1, 2, 3


class Reader:
    """Little-endian reader that refuses truncation (2.3)."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        require(self.at + n <= len(self.data), "file is truncated")
        self.at += n
        return self.data[self.at - n:self.at]

    def uint(self, size):
        return int.from_bytes(self.take(size), "little")

    def sint(self, size):
        return int.from_bytes(self.take(size), "little", signed=True)

    def u8(self):
        return self.uint(1)

    def u32(self):
        return self.uint(4)

    def u64(self):
        return self.uint(8)

    def i64(self):
        return self.sint(8)

    def small(self, limit, what):
        """A u8 that must be at most `limit`."""
        value = self.u8()
        require(value <= limit, f"{what} is unknown")
        return value

    def flag(self, what):
        return bool(self.small(1, what))

    def bytes(self):
        return self.take(self.u32())

    def items(self, least, read):
        n = self.u32()
        require(n * least <= len(self.data) - self.at, "list is longer than the file")
        return tuple(read(self) for _ in range(n))

    def end(self):
        require(self.at == len(self.data), "file has bytes left over")


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


@dataclass(frozen=True)
class Table:
    kind: int
    bits: int
    lo: int = 0
    hi: int = 0
    first: int = 0
    pieces: tuple = ()

    def values(self):
        """f(i) of every row of a function (5.2)."""
        return function_values(self)

    @property
    def width(self):
        return 1 if self.kind == RANGE else 2

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
        if self.kind == FUNCTION:
            return 1 << self.bits
        start, length, _, _ = self.segments()[-1]
        return start + length

    def interval(self, k):
        """Least and greatest entry k over all rows."""
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

    def home(self, home):
        """Ids of the columns of one home."""
        return [i for i, c in enumerate(self.columns) if c.home == home]


def _window(r):
    sizes = [r.u32() for _ in range(7)]
    steps = [r.sint(4) for _ in range(6)]
    flags = r.small(3, "window flag")
    return Window(*sizes, *steps, bool(flags & 1), bool(flags & 2))


def _column(r):
    r.bytes()
    return Column(r.small(2, "home"), r.u32(), r.u32(), r.i64(), r.i64())


def _contraction(r):
    return Contraction(r.u32(), r.u32(), r.u32(), r.u32(), _window(r))


def _run(r):
    return r.sint(4), r.sint(4), r.u32()


def _map_axis(r):
    return Axis(r.u32(), r.items(12, _run))


def _linear(r):
    column, coefficient, flags = r.u32(), r.i64(), r.small(4, "linear flag")
    if flags == 4:
        axes = r.items(8, _map_axis)
        require(axes, "a map without axes")
        return Linear(column, coefficient, None, axes=axes)
    return Linear(column, coefficient, _window(r), bool(flags & 1), bool(flags & 2))


def _accumulator(r):
    r.bytes()
    return Accumulator(r.u32(), r.u32(), r.items(69, _contraction), r.items(25, _linear))


def _table(r):
    kind, bits, lo, hi = r.small(3, "table kind"), r.u32(), r.i64(), r.i64()
    if kind != FUNCTION:
        return Table(kind, bits, lo, hi)
    return Table(kind, bits, lo, hi, r.i64(), r.items(32, lambda x: tuple(x.i64() for _ in range(4))))


def _expr(r):
    return Expr(r.u32(), r.items(25, _linear), r.i64(), r.u32())


def _lookup(r):
    r.bytes()
    return Lookup(r.u32(), r.u32(), r.u32(), r.items(20, _expr))


def read_theorem(r):
    """The theorem of a key, in the encoding of 5.4."""
    return Theorem(r.items(29, _column), r.items(20, _accumulator), r.items(21, _table),
                   r.items(20, _lookup), r.items(4, Reader.u32))
