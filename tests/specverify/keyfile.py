"""Sections 10, 11: the registration theorem, key and proof files (parsing)."""

from dataclasses import dataclass
from math import copysign, frexp, isfinite, ldexp, prod
from struct import unpack

from .encoding import Reader, read_theorem
from .field import require
from .hashing import extension_elements, keccak256
from .params import Params
from .theorem import NONE, PUBLIC, RANGE, WEIGHTS, WITNESS, Column, Expr, Linear, Lookup, Table, Theorem, Window


COMMITTED = 2                                         # visibility of a port; 0 is public, 1 private


@dataclass(frozen=True)
class Port:
    name: bytes
    column: int
    low_column: int
    batch: int
    rows: int
    inner: int
    dims: tuple
    scale: float
    visibility: int
    row_shifts: tuple
    labels: tuple
    type: int

    @property
    def columns(self):
        return (self.column, self.low_column) if self.digits else (self.column,)

    @property
    def digits(self):
        return self.committed or self.scale == 0

    @property
    def committed(self):
        return self.visibility == COMMITTED


def _port(r):
    name = r.bytes()
    dims = r.items(8, Reader.u64)
    column, batch, rows, inner = (r.u32() for _ in range(4))
    scale, = unpack("<d", r.take(8))
    visibility, low_column = r.small(2, "visibility"), r.u32()
    return Port(name, column, low_column, batch, rows, inner, dims, scale, visibility, r.items(1, Reader.u8),
                r.items(4, Reader.bytes), r.u8())


def _check_digits(theorem, port, home):
    """The two columns of a port of digits (11.2)."""
    require(port.low_column < len(theorem.columns), "ports: low column")
    high, low = (theorem.columns[i] for i in port.columns)
    require((high.rows, high.cols, low.home) == (low.rows, low.cols, home), "ports: low column")
    require((high.lo, high.hi, low.lo, low.hi) == (-2**15, 2**15 - 1, 0, 2**16 - 1), "ports: digits")
    mantissa, exponent = frexp(port.scale)
    require(port.scale == 0 or mantissa == 0.5 and -60 <= exponent - 1 <= 30, "ports: scale of a committed port")


def _check_row_shifts(port):
    shifts = port.row_shifts
    if shifts:
        fits = len(shifts) == port.rows and not port.digits and min(shifts) == 0 and 0 < max(shifts) <= 40
        require(fits and ldexp(port.scale, -max(shifts)) > 0, "ports: scales of rows")


def _check_labels(port, column):
    labels = port.labels
    require(1 <= port.type <= 13 or port.type == 16, "ports: type of elements")
    require((port.type == 8) == bool(labels), "ports: labels of another type than strings, or strings without labels")
    if labels:
        fits = len(labels) <= 4096 and all(len(label) <= 256 for label in labels) and port.scale == 1 and not port.digits
        require(fits and 0 <= column.lo and column.hi < len(labels), "ports: labels")


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
        require(column.home == (WITNESS if port.visibility else PUBLIC), "ports: home")
        float32 = port.scale == 0 and copysign(1, port.scale) > 0
        require(isfinite(port.scale) and (port.scale > 0 or float32), "ports: scale")
        require(port.scale > 0 and not port.row_shifts or port in inputs, "ports: an output of float32 values, or with scales of rows")
        _check_row_shifts(port)
        require(not port.labels or port in outputs, "ports: labels of an input")
        _check_labels(port, column)
        if port.digits:
            _check_digits(theorem, port, column.home)
        else:
            require(port.low_column == NONE, "ports: low column")
    used = [i for port in inputs + outputs for i in port.columns]
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
        self.activation_bits, self.weight_bits, self.security, self.openings = (r.u32() for _ in range(4))
        self.private_weights = r.flag("visibility of the weights")
        require(2 <= self.activation_bits <= 16 and 2 <= self.weight_bits <= 20 and self.security >= 100, "settings")
        self.theorem = read_theorem(r)
        self.inputs, self.outputs = r.items(46, _port), r.items(46, _port)
        self.params = Params(r)
        self.root_w = r.take(32)
        pin = r.take(24)
        self.pin = extension_elements(pin)[0]
        r.end()
        if self.params.size_w == 0:
            require(self.root_w + pin == bytes(56), "root and pin of absent weights are not zero")
        self.data, self.digest = data, keccak256(b"\x05" + data)

    @property
    def hidden_weights(self):
        return self.params.size_w > 0 and self.private_weights

    def check_hiding(self):
        """What is masked follows from what is private (11.3, condition 5)."""
        p, hidden, sizes = self.params, self.hidden_weights, [prod(port.dims) for port in self.committed_ports()]
        anything = hidden or any(port.visibility for port in self.inputs + self.outputs)
        require(len(sizes) <= 16 and sum(sizes) <= 2**22, "ports: too much is committed")
        require(p.masked == anything, "masks do not follow from the visibility")
        require((p.random_slots_w > 0) == hidden, "random slots of the weights do not follow from their visibility")
        require((self.openings > 0) == hidden, "openings do not follow from the visibility of the weights")

    def check_budget(self, registration):
        """The random slots of W last for all openings and the registration (11.3, condition 8)."""
        queries = max(p.rounds[0].queries for p in (self.params, registration))
        require(not self.hidden_weights or self.params.random_slots_w >= (self.openings + 3) * queries + 3,
                "random slots of the weights do not cover the openings")

    def public_ports(self):
        return [p for p in self.inputs + self.outputs if p.visibility == 0]

    def committed_ports(self):
        return [p for p in self.inputs + self.outputs if p.committed]


def read_key(data):
    """(core, registration parameters or None, registration proof stream) of 11.3."""
    require(len(data) <= 64 * 2**20, "key is larger than 64 MiB")
    r = Reader(data)
    require(r.take(8) == b"TACITKEY" and r.uint(2) == 2, "not a key of version 2")
    core = Core(r.bytes())
    params = Params(r) if core.params.size_w else None
    proof = r.bytes()
    r.end()
    return core, params, proof


def read_proof(core, data):
    """(public values by column id, bodies of commitments, proof stream) of 11.4."""
    require(len(data) <= 64 * 2**20, "proof is larger than 64 MiB")
    r = Reader(data)
    require(r.take(8) == b"TACITPRF" and r.uint(2) == 2, "not a proof of version 2")
    mode = r.u8()
    require(r.take(32) == core.digest, "proof is for this key")
    require(mode == core.params.masked, "proof has the mode of its key")
    values = {}
    for i in (i for port in core.public_ports() for i in port.columns):
        column = core.theorem.columns[i]
        entries = [r.sint(4) for _ in range(column.size)]
        require(all(column.lo <= v <= column.hi for v in entries), "public values are complete and in range")
        values[i] = entries
    for port in core.public_ports():
        if port.scale == 0:
            orders = (2**16 * high + low for high, low in zip(values[port.column], values[port.low_column]))
            require(all(-0x7F800000 <= v <= 0x7F800001 for v in orders), "public values are complete and in range")
    bodies = [r.bytes() for _ in core.committed_ports()]
    return values, bodies, data[r.at:]


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
