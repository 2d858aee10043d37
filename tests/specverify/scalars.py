"""Section 7.3: scalars, masked reads, products and checks; the number of pads of a theorem."""

from .field import ONE, ZERO, add, ceil_log2, mul, require, sub
from .layout import RowSpace
from .theorem import NONE

_MINUS_ONE = sub(ZERO, ONE)


class Scalar:
    """`known` plus the sum of pads[k] times pad k; without masks `pads` is empty."""
    __slots__ = ("known", "pads")

    def __init__(self, known=ZERO, pads=None):
        self.known, self.pads = known, pads or {}

    def __add__(self, other):
        pads = dict(self.pads)
        for k, x in other.pads.items():
            pads[k] = add(pads[k], x) if k in pads else x
        return Scalar(add(self.known, other.known), pads)

    def __mul__(self, public):
        """Times a public element of E."""
        return Scalar(mul(self.known, public), {k: mul(x, public) for k, x in self.pads.items()})

    def __sub__(self, other):
        return self + other * _MINUS_ONE


class Script:
    """Masked reads of a transcript: pads are numbered in the order of reads and products.

    Without masks every scalar is an element of E, and `owe` requires it to be zero.
    """

    def __init__(self, t, masked):
        self.t, self.masked = t, masked
        self.pads, self.products, self.checks = 0, [], []

    def take_pad(self):
        self.pads += 1
        return self.pads - 1

    def read(self, label, count):
        """The next `count` values: message plus pad."""
        known = self.t.read_extension(label, count)
        return [Scalar(x, {self.take_pad(): ONE} if self.masked else {}) for x in known]

    def product(self, a, b):
        """a b of two scalars as they were read; the pad of the result is the product of theirs."""
        known = mul(a.known, b.known)
        if not self.masked:
            return Scalar(known)
        (p,), (q,), s = a.pads, b.pads, self.take_pad()
        self.products.append((p, q, s))
        return Scalar(known) + Scalar(ZERO, {q: a.known}) + Scalar(ZERO, {p: b.known}) + Scalar(ZERO, {s: ONE})

    def owe(self, x, reason):
        """x = 0: required at once without masks, a check of the ledger with them."""
        if self.masked:
            self.checks.append((x, reason))
        else:
            require(x.known == ZERO, reason)


def used_contractions(theorem):
    """The contractions of all accumulators that an expression uses: the instances of 8.4."""
    used = {e.acc for x in theorem.lookups for e in x.tuple if e.acc != NONE}
    return [c for i in sorted(used) for c in theorem.accumulators[i].contractions]


def log_size(c):
    """Rounds of the sumcheck of one contraction (8.4)."""
    return ceil_log2(c.groups * c.in_rows) + ceil_log2(c.window.taps)


def product_count(theorem):
    """Products of 8.5, the random one included."""
    return 2 * RowSpace(theorem).log_rows + len(used_contractions(theorem)) + 1


def check_count(theorem):
    """Checks of the ledger: one a layer of the fraction tree, one of the contractions, three of the pad check."""
    return RowSpace(theorem).log_rows + 4


def pad_count(theorem, links=0):
    """P of 7.3, with so many committed ports."""
    layers, instances = RowSpace(theorem).log_rows, used_contractions(theorem)
    fractions = 4 * layers + layers * (layers - 1)
    contractions = 1 + 2 * max(map(log_size, instances), default=0) + 2 * len(instances)
    products = product_count(theorem)
    return fractions + contractions + links + products + 2 + 2 * ceil_log2(products)
