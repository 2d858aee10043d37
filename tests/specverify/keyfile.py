"""Sections 10, 11: the registration theorem, key and proof files (parsing)."""

from dataclasses import dataclass
from math import isfinite, prod
from struct import unpack

from .field import require
from .hashing import extension_elements, keccak256
from .params import Params
from .theorem import (NONE, PUBLIC, RANGE, WEIGHTS, WITNESS, Column, Expr, Linear, Lookup, Reader, Table, Theorem,
                      Window, read_theorem)


@dataclass(frozen=True)
class Port:
    name: bytes
    column: int
    batch: int
    rows: int
    inner: int
    dims: tuple
    scale: float
    private: bool


def _port(r):
    name = r.bytes()
    dims = r.items(8, Reader.u64)
    column, batch, rows, inner = (r.u32() for _ in range(4))
    scale, = unpack("<d", r.take(8))
    return Port(name, column, batch, rows, inner, dims, scale, bool(r.small(1, "visibility")))


def check_ports(theorem, inputs, outputs):
    """Ports of 11.2 and condition 3 of 11.3."""
    require(inputs and outputs, "ports: none")
    for port in inputs + outputs:
        require(len(port.dims) <= 16 and all(1 <= d <= 2**30 for d in port.dims), "ports: dims")
        require(prod(port.dims) <= 2**30, "ports: product of dims")
        require(port.column < len(theorem.columns), "ports: column")
        column = theorem.columns[port.column]
        require(port.rows == column.rows and port.batch * port.inner == column.cols
                and port.batch * port.rows * port.inner == prod(port.dims), "ports: shape")
        require(column.home == (WITNESS if port.private else PUBLIC), "ports: home")
        require(isfinite(port.scale) and port.scale > 0, "ports: scale")
    used = [port.column for port in inputs + outputs]
    require(len(set(used)) == len(used), "ports: shared column")
    require(not set(used) & set(theorem.multiplicities), "ports: multiplicity column")
    for side in (inputs, outputs):
        require(len({port.name for port in side}) == len(side), "ports: equal names")
    require(set(theorem.home(PUBLIC)) <= set(used), "public column without a port")


class Core:
    """Section 11.2; `digest` is the statement digest."""

    def __init__(self, data):
        r = Reader(data)
        r.bytes()
        self.activation_bits, self.weight_bits, self.security = r.u32(), r.u32(), r.u32()
        require(2 <= self.activation_bits <= 16 and 2 <= self.weight_bits <= 20 and self.security >= 100, "settings")
        self.theorem = read_theorem(r)
        self.inputs, self.outputs = r.items(33, _port), r.items(33, _port)
        self.params = Params(r)
        self.root_w = r.take(32)
        pin = r.take(24)
        self.pin = extension_elements(pin)[0]
        r.end()
        if self.params.size_w == 0:
            require(self.root_w + pin == bytes(56), "root and pin of absent weights are not zero")
        self.digest = keccak256(b"\x05" + data)

    def public_ports(self):
        return [p for p in self.inputs + self.outputs if not p.private]


def read_key(data):
    """(core, registration parameters or None, registration proof stream) of 11.3."""
    require(len(data) <= 64 * 2**20, "key is larger than 64 MiB")
    r = Reader(data)
    require(r.take(8) == b"TACITKEY" and r.uint(2) == 1, "not a key of version 1")
    core = Core(r.bytes())
    params = Params(r) if core.params.size_w else None
    proof = r.bytes()
    r.end()
    return core, params, proof


def read_proof(core, data):
    """(public values by column id, proof stream) of 11.4."""
    r = Reader(data)
    require(r.take(8) == b"TACITPRF" and r.uint(2) == 1, "not a proof of version 1")
    require(r.u8() == 0, "unknown mode of proof")
    require(r.take(32) == core.digest, "proof is for this key")
    values = {}
    for port in core.public_ports():
        column = core.theorem.columns[port.column]
        entries = [r.sint(4) for _ in range(column.size)]
        require(all(column.lo <= v <= column.hi for v in entries), "public values are complete and in range")
        values[port.column] = entries
    return values, data[r.at:]


def registration_theorem(model):
    """Section 10: every weights column lies in its declared range."""
    columns, tables, lookups = [], [], []
    taps_of = {}
    for accumulator in model.accumulators:
        for c in accumulator.contractions:
            taps_of.setdefault(c.weights, c.window.taps)
    for old in model.home(WEIGHTS):
        column, taps, new = model.columns[old], taps_of.get(old, 1), len(columns)
        columns.append(column)
        width = column.hi - column.lo
        table = Table(RANGE, max(1, width.bit_length()))
        if table not in tables:
            tables.append(table)
        require(len(lookups) + 2 * taps <= 2**15, "registration theorem has too many lookups")
        out = column.cols // taps
        for tap in range(taps):
            window = Window(in_w=column.cols, out_w=out, stride_w=taps, pad_w=-tap)

            def lookup(sign, constant):
                expr = Expr(NONE, (Linear(new, sign, window),), constant, 0)
                return Lookup(tables.index(table), column.rows, out, (expr,))

            lookups.append(lookup(1, -column.lo))
            if width + 1 != 1 << table.bits:
                lookups.append(lookup(-1, column.hi))
    multiplicities = []
    for table in tables:
        multiplicities.append(len(columns))
        columns.append(Column(WITNESS, table.rows // 256, 256, 0, 2**31 - 1))
    return Theorem(tuple(columns), (), tuple(tables), tuple(lookups), tuple(multiplicities))
