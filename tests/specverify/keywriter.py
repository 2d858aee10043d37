"""Key files of any theorem without weights and with public ports: what a stranger may hand to a verifier (5.4, 11)."""

from .field import ceil_log2
from .params import UNIQUE
from .theorem import COLUMNS, FUNCTION, NONE, WITNESS

SECURITY = 100
QUERIES = 170                                         # of every round: 115 bits at rate 1/4


def u8(v):
    return v.to_bytes(1, "little")


def u32(v):
    return v.to_bytes(4, "little", signed=v < 0)


def u64(v):
    return v.to_bytes(8, "little", signed=v < 0)


def items(values, write):
    return u32(len(values)) + b"".join(map(write, values))


def name(text=b""):
    return u32(len(text)) + text


def _window(w):
    sizes = w.batch, w.in_h, w.in_w, w.out_h, w.out_w, w.kernel_h, w.kernel_w
    steps = w.stride_h, w.stride_w, w.pad_h, w.pad_w, w.dilation_h, w.dilation_w
    return b"".join(map(u32, sizes + steps)) + u8(w.shared + 2 * w.clamp)


def _linear(x):
    head = u32(x.column) + u64(x.coefficient)
    if x.mapped:
        return head + u8(4) + items(x.axes, lambda a: u32(a.stride) + items(a.runs, lambda r: b"".join(map(u32, r))))
    return head + u8(x.one_row + 2 * x.divide_by_taps) + _window(x.window)


def _contraction(c):
    return b"".join(map(u32, (c.weights, c.input, c.groups, c.in_rows))) + _window(c.window)


def _accumulator(a):
    return name() + u32(a.rows) + u32(a.cols) + items(a.contractions, _contraction) + items(a.linears, _linear)


def _expr(e):
    steps = b"" if e.level else u64(e.row_step) + u64(e.col_step)
    return u32(e.acc) + items(e.linears, _linear) + u64(e.constant) + u32(e.shift + (0 if e.level else 2**31)) + steps


def _table(t):
    head = u8(t.kind) + u32(t.bits) + u64(t.lo) + u64(t.hi)
    if t.kind == FUNCTION:
        return head + u64(t.first) + items(t.pieces, lambda piece: b"".join(map(u64, piece)))
    return head + b"".join(map(u32, t.shape)) + items(t.entries, _expr) if t.kind == COLUMNS else head


def _column(c):
    return name() + u8(c.home) + u32(c.rows) + u32(c.cols) + u64(c.lo) + u64(c.hi)


def _lookup(x):
    return name() + u32(x.table) + u32(x.rows) + u32(x.cols) + items(x.tuple, _expr)


def theorem_bytes(t):
    """The encoding of 5.4, all names empty."""
    return (items(t.columns, _column) + items(t.accumulators, _accumulator) + items(t.tables, _table)
            + items(t.lookups, _lookup) + items(t.multiplicities, u32))


def _port(theorem, label, column):
    c = theorem.columns[column]
    return (name(label) + items((c.rows, c.cols), u64) + u32(column) + u32(1) + u32(c.rows) + u32(c.cols)
            + u64(0x3FF0000000000000) + u8(0) + u32(NONE) + u32(0) + u32(0) + u8(1))


def params_bytes(size_x, limbs):
    """Parameters without masks for an X of so many limbs, with one later round."""
    log_n = max(1, ceil_log2(-(-size_x // limbs)))
    folded = max(1, log_n - 16)
    head = u8(2) + u64(0) + u64(size_x) + u32(log_n) + b"".join(map(u32, (0, limbs, 0, 0))) + u8(UNIQUE) + u32(SECURITY)
    first = (log_n + 2, QUERIES, 0, 0, 0)
    return head + u32(0) + u32(2) + b"".join(map(u32, first)) + u32(folded) + b"".join(map(u32, (log_n - folded + 2, *first[1:])))


def key_bytes(theorem, inputs, outputs, limbs=1):
    """A key whose ports are these public columns."""
    settings = name(b"stranger") + u32(8) + u32(8) + u32(SECURITY) + u32(0) + u8(0)
    ports = b"".join(items([_port(theorem, b"column %d" % i, i) for i in side], bytes) for side in (inputs, outputs))
    size_x = sum(theorem.columns[i].size for i in theorem.home(WITNESS))
    core = settings + theorem_bytes(theorem) + ports + params_bytes(size_x, limbs) + bytes(56)
    return b"TACITKEY" + (2).to_bytes(2, "little") + u32(len(core)) + core + u32(0)


def foreign_proof():
    """A proof for no key: a verifier gets as far as to say so only if it accepts the key."""
    return b"TACITPRF" + (2).to_bytes(2, "little") + bytes(33)
