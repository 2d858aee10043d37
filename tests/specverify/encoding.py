"""Sections 2.3 and 5.4: reading bytes, and the theorem of a key."""

from .field import require
from .theorem import (COLUMNS, FUNCTION, Accumulator, Axis, Column, Contraction, Expr, Linear, Lookup, Table, Theorem,
                      Window)


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
    kind, bits, lo, hi = r.small(4, "table kind"), r.u32(), r.i64(), r.i64()
    if kind == FUNCTION:
        return Table(kind, bits, lo, hi, r.i64(), r.items(32, lambda x: tuple(x.i64() for _ in range(4))))
    if kind == COLUMNS:
        return Table(kind, bits, lo, hi, shape=(r.u32(), r.u32()), entries=r.items(20, _expr))
    return Table(kind, bits, lo, hi)


def _expr(r):
    acc, linears, constant, word = r.u32(), r.items(25, _linear), r.i64(), r.u32()
    if not word >> 31:
        return Expr(acc, linears, constant, word)
    expr = Expr(acc, linears, constant, word - 2**31, r.i64(), r.i64())
    require(not expr.level, "steps of an expression are zero")
    return expr


def _lookup(r):
    r.bytes()
    return Lookup(r.u32(), r.u32(), r.u32(), r.items(20, _expr))


def read_theorem(r):
    """The theorem of a key, in the encoding of 5.4."""
    return Theorem(r.items(29, _column), r.items(20, _accumulator), r.items(21, _table),
                   r.items(20, _lookup), r.items(4, Reader.u32))
