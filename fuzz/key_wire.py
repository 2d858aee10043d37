"""Keys and proofs written by hand: the byte formats of PREFIX.vk and PROOF (docs/protocol.md).

    Key().encode()     a very small key that a verifier reads: a private input in a range table, a public input, and the
                       larger of it and itself as public output; no weights

A test changes the lists of a Key before it is encoded. The parameters of the opening are rebuilt for the sizes of the
columns, secure in the unique-decoding regime, so that nothing but the change is wrong.
"""
import struct

WEIGHTS, WITNESS, PUBLIC = 0, 1, 2
NONE = 0xFFFFFFFF


def u32(*values):
    return b"".join(struct.pack("<I", v & 0xFFFFFFFF) for v in values)


def u64(*values):
    return b"".join(struct.pack("<Q", v & 0xFFFFFFFFFFFFFFFF) for v in values)


def text(s):
    data = s.encode() if isinstance(s, str) else s
    return u32(len(data)) + data


def listed(items):
    return u32(len(items)) + b"".join(items)


def column(name, home, rows, cols, lo=0, hi=255):
    return text(name) + bytes([home]) + u32(rows, cols) + u64(lo, hi)


def window(batch=1, in_h=1, in_w=1, out_h=1, out_w=1, kernel_h=1, kernel_w=1, stride=(1, 1), pad=(0, 0), dilation=(1, 1), flags=0):
    return u32(batch, in_h, in_w, out_h, out_w, kernel_h, kernel_w, *stride, *pad, *dilation) + bytes([flags])


def linear(col, win, coefficient=1, flags=0):
    return u32(col) + u64(coefficient) + bytes([flags]) + win


class Part(bytes):
    """Bytes that remember what the number of pads depends on."""

    def __new__(cls, data, **facts):
        part = super().__new__(cls, data)
        part.facts = facts
        return part


def fact(part, name, otherwise):
    return getattr(part, "facts", {}).get(name, otherwise)


def contraction(weights, source, win, groups=1, in_rows=1):
    taps = struct.unpack_from("<I", win, 20)[0] * struct.unpack_from("<I", win, 24)[0]
    return Part(u32(weights, source, groups, in_rows) + win, rounds=log2_ceil(groups * in_rows) + log2_ceil(taps))


def accumulator(name, rows, cols, contractions=(), linears=()):
    rounds = [fact(c, "rounds", 0) for c in contractions]
    return Part(text(name) + u32(rows, cols) + listed(list(contractions)) + listed(list(linears)), rounds=rounds)


def expr(linears=(), acc=NONE, constant=0, shift=0):
    return u32(acc) + listed(list(linears)) + u64(constant) + u32(shift)


def lookup(name, table, rows, cols, exprs):
    return Part(text(name) + u32(table, rows, cols) + listed(list(exprs)), rows=rows << min(log2_ceil(cols), 40))


def table(kind, bits, lo=0, hi=0):
    entries = {0: 1 << min(bits, 40), 1: hi - lo + 1 + (2 << min(bits, 40)), 2: 2 << min(bits, 40)}.get(kind, 256)
    return Part(bytes([kind]) + u32(bits) + u64(lo, hi), rows=-(-entries // 256) * 256)


def port(name, dims, col, batch, rows, inner, visibility, scale=1.0):
    return (text(name) + u32(len(dims)) + u64(*dims) + u32(col, batch, rows, inner) + struct.pack("<d", scale) + bytes([visibility]) +
            u32(NONE) + u32(0) + u32(0) + bytes([1]))


def log2_ceil(n):
    return max(0, (n - 1).bit_length())


def pads(accumulators, lookups, tables):
    """Pads of a masked argument: docs/protocol.md 7.3; l layers of fractions, I contractions."""
    l = max(1, log2_ceil(sum(fact(part, "rows", 0) for part in [*lookups, *tables])))
    rounds = [r for a in accumulators for r in fact(a, "rounds", [])]
    products = 2 * l + len(rounds) + 1
    return l * l + 3 * l + 1 + 2 * max(rounds, default=0) + 2 * len(rounds) + 2 * log2_ceil(products) + products + 2


def params(size_w, size_x, queries=150, masked=True):
    log_n = min(24, max(10, log2_ceil(max(size_w, size_x))))
    random_slots = queries if masked else 0
    limbs_w, limbs_x = -(-size_w // (1 << log_n)), 1
    while limbs_x < 4096 and limbs_x * ((1 << log_n) - random_slots - 6 * log2_ceil(max(limbs_w, limbs_x))) < size_x:
        limbs_x += 1
    folded = log_n + (1 if size_w and size_x else 0)
    rounds = []
    while folded > 8 or not rounds:
        fold = min(8, folded - 1)
        folded -= fold
        rounds.append(u32(fold, folded + 4, queries, 0, 0, 0))
    out = b"\x02" + u64(size_w, size_x) + u32(log_n, limbs_w, limbs_x, 0, random_slots) + b"\x00" + u32(100, 0, 1 + len(rounds))
    return out + u32(log_n + 4, queries, 0, 0, 0) + b"".join(rounds)


class Key:
    """Columns are given as tuples (see `column`), so that their sizes are known; everything else as bytes."""

    def __init__(self, rows=1, cols=16):
        self.columns = [("x", WITNESS, rows, cols), ("multiplicities", WITNESS, 1, 256), ("p", PUBLIC, 1, 1),
                        ("multiplicities of the maximum", WITNESS, 4, 256), ("y", PUBLIC, 1, 1)]
        self.accumulators, self.tables, self.multiplicities = [], [table(0, 8), table(2, 9)], [1, 3]
        self.lookups = [self.in_range(0), self.maximum(4, 2)]
        self.inputs = [port("x", [rows, cols], 0, 1, rows, cols, 1), port("p", [1], 2, 1, 1, 1, 0)]
        self.outputs = [port("y", [1], 4, 1, 1, 1, 0)]
        self.name, self.security, self.tail, self.proof = "hand-made", 100, b"", b""

    def in_range(self, col, table_id=0):
        """The statement that bounds a witness column by a range table."""
        name, _, rows, cols = self.columns[col][:4]
        return lookup(name, table_id, rows, cols, [expr([linear(col, window(in_w=cols, out_w=cols))])])

    @staticmethod
    def maximum(out, source):
        """The statement that makes one column the maximum of another and itself, both of one entry."""
        pair = [linear(out, window()), linear(source, window(), -1)], [linear(source, window()), linear(out, window(), -1)]
        return lookup("maximum", 1, 1, 1, [expr(p) for p in pair])

    def add(self, name, home, rows, cols, bounded=True, given=True):
        """A further column, an input of its own unless it holds weights; a witness is bounded by the range table."""
        self.columns.append((name, home, rows, cols))
        col = len(self.columns) - 1
        if home != WEIGHTS and given:
            self.inputs.append(port("%s %d" % (name, col), [rows * cols], col, 1, rows, cols, 1 if home == WITNESS else 0))
        if home == WITNESS and bounded:
            self.lookups.append(self.in_range(col))
        return col

    def size(self, home):
        return sum(c[2] * c[3] for c in self.columns if c[1] == home)

    def theorem(self):
        return (listed([column(*c) for c in self.columns]) + listed(self.accumulators) + listed(self.tables) +
                listed(self.lookups) + listed([u32(m) for m in self.multiplicities]))

    def core(self):
        own = params(self.size(WEIGHTS), self.size(WITNESS) + 3 * pads(self.accumulators, self.lookups, self.tables))
        out = text(self.name) + u32(16, 16, self.security, 0) + b"\0" + self.theorem()   # no openings: public weights
        return out + listed(self.inputs) + listed(self.outputs) + own + bytes(32) + u64(0, 0, 0)

    def encode(self, registration_size=0):
        """`registration_size`: entries of the registration's witness, for keys with weights."""
        own = params(self.size(WEIGHTS), registration_size, masked=False) if self.size(WEIGHTS) else b""
        return wrapped(self.core(), own + text(self.proof) + self.tail)


def wrapped(core, rest):
    return b"TACITKEY" + struct.pack("<H", 2) + text(core) + rest


def proof(digest, publics=b"", stream=b"", version=2, mode=1):
    return b"TACITPRF" + struct.pack("<HB", version, mode) + digest + publics + stream
