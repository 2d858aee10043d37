"""Hostile keys: (name, bytes). A verifier refuses every one of them."""
from key_wire import (PUBLIC, WEIGHTS, WITNESS, Key, accumulator, column, contraction, expr, linear, lookup, port, table, text, u32,
                      u64, window, wrapped)

MANY = 0xFFFFFFFF


def changed(change, **sizes):
    key = Key(**sizes)
    change(key)
    return key.encode()


def truncated_lists():
    """A count of 2^32 - 1 in place of each list of the theorem, and of the ports."""
    settings = text("n") + u32(16, 16, 100)
    for i, name in enumerate(("columns", "accumulators", "tables", "lookups", "multiplicities", "inputs", "outputs")):
        yield "2^32 " + name, wrapped(settings + u32(0) * i + u32(MANY) + bytes(4000), text(b""))
    one = text("a") + u32(1, 1)
    yield "2^32 contractions", wrapped(settings + u32(0, 1) + one + u32(MANY) + bytes(4000), text(b""))
    yield "a name of 4 GB", wrapped(u32(MANY) + b"n", text(b""))


def broken_form(good):
    yield "empty", b""
    yield "only its name", good[:8]
    yield "another version", good[:8] + b"\3\0" + good[10:]
    yield "trailing byte", good + b"\0"
    yield "core of 4 GB", good[:10] + u32(MANY) + good[14:]
    yield "security of 1 bit", changed(lambda k: setattr(k, "security", 1))
    yield "security of 2^32 bits", changed(lambda k: setattr(k, "security", MANY))
    for at in range(0, len(good), len(good) // 40):
        yield "cut at %d" % at, good[:at]


def huge_shapes():
    yield "column of 2^62", changed(lambda k: k.columns.append(("c", PUBLIC, 1 << 31, 1 << 31)))
    yield "empty column", changed(lambda k: k.columns.append(("c", PUBLIC, 0, 1)))
    yield "bounds of 2^63", changed(lambda k: k.columns.append(("c", PUBLIC, 1, 1, -(1 << 63), (1 << 63) - 1)))
    yield "bounds upside down", changed(lambda k: k.columns.append(("c", PUBLIC, 1, 1, 5, -5)))
    yield "20000 columns", changed(lambda k: k.columns.extend([("c", WEIGHTS, 1, 1)] * 20000))
    yield "columns of 2^40 together", changed(lambda k: k.columns.extend([("c", WITNESS, 1 << 15, 1 << 15)] * 1000))
    yield "no witness", changed(lambda k: (k.columns.clear(), k.lookups.clear(), k.tables.clear(), k.multiplicities.clear()))
    yield "table of 2^31 bits", changed(lambda k: k.tables.__setitem__(0, table(0, 1 << 31)))
    yield "table with bounds of 2^62", changed(lambda k: k.tables.__setitem__(0, table(1, 8, -(1 << 62), 1 << 62)))
    yield "10000 equal tables", changed(lambda k: (k.tables.extend([table(0, 9)] * 10000), k.multiplicities.extend([1] * 10000)))
    yield "multiplicities nowhere", changed(lambda k: k.multiplicities.__setitem__(0, MANY))
    yield "no multiplicities", changed(lambda k: k.multiplicities.clear())
    yield "shift of 2^32", changed(lambda k: k.lookups.append(lookup("l", 0, 1, 1, [expr(shift=MANY)])))
    yield "constant of 2^63", changed(lambda k: k.lookups.append(lookup("l", 0, 1, 1, [expr(constant=1 << 63)])))
    yield "coefficient of 2^63", changed(lambda k: k.lookups.append(lookup("l", 0, 1, 1, [expr([linear(2, window(), -(1 << 63))])])))
    yield "lookup of 2^62", changed(lambda k: k.lookups.append(lookup("l", 0, 1 << 31, 1 << 31, [expr()])))
    yield "1000 lookups of 2^28", changed(lambda k: k.lookups.extend([lookup("l", 0, 1 << 20, 1 << 8, [expr()])] * 1000))
    yield "lookup in no table", changed(lambda k: k.lookups.append(lookup("l", 7, 1, 1, [expr()])))
    yield "lookup of another width", changed(lambda k: k.lookups.append(lookup("l", 0, 1, 1, [expr()] * 3)))
    yield "sums that wrap", changed(lambda k: k.lookups.append(
        lookup("l", 0, 1, 1, [expr([linear(2, window(), 1 << 40)] * 70000)])))


def with_accumulator(terms=(), linears=(), rows=1, cols=1):
    def change(key):
        key.accumulators.append(accumulator("a", rows, cols, terms, linears))
        key.lookups.append(lookup("l", 0, rows, cols, [expr(acc=0)]))
    return changed(change)


def hostile_windows():
    side = (1 << 32) - 1
    for name, bad in (("of 2^96", window(side, side, side)), ("of no taps", window(kernel_h=0)), ("of 2^64 taps", window(kernel_h=side, kernel_w=side)),
                      ("of 2^32 outputs", window(out_h=1 << 16, out_w=1 << 16)), ("with a stride of -2^31", window(stride=(-(1 << 31), 1))),
                      ("padded by -2^31", window(pad=(-(1 << 31), 1 << 30))), ("with an unknown flag", window(flags=4)),
                      ("clamped with 2 taps", window(kernel_w=2, flags=2))):
        yield "window " + name, with_accumulator(linears=[linear(2, bad)])
        yield "contraction window " + name, with_accumulator([contraction(2, 2, bad)])
    yield "2^32 groups", with_accumulator([contraction(2, 2, window(), MANY, MANY)])
    yield "no groups", with_accumulator([contraction(2, 2, window(), 0, 1)])
    yield "weights nowhere", with_accumulator([contraction(MANY, 2, window())])
    yield "term nowhere", with_accumulator(linears=[linear(MANY, window())])
    yield "term of another shape", with_accumulator(linears=[linear(0, window())])
    yield "an accumulator used twice", changed(lambda k: (k.accumulators.append(accumulator("a", 1, 1)),
                                                          k.lookups.extend([lookup("l", 0, 1, 1, [expr(acc=0)])] * 2)))
    yield "averages of 2^50", with_accumulator(linears=[linear(2, window(out_w=1 << 25, kernel_w=1 << 25), flags=2)], cols=1 << 25)


def hostile_ports():
    def out(p):
        return changed(lambda k: k.outputs.__setitem__(0, p))
    yield "port of 2^64", out(port("y", [1 << 32, 1 << 32], 2, 1, 1, 1, 0))
    yield "port of 0", out(port("y", [0], 2, 1, 1, 1, 0))
    yield "port nowhere", out(port("y", [1], MANY, 1, 1, 1, 0))
    yield "port of 30000 axes", out(port("y", [1] * 30000, 2, 1, 1, 1, 0))
    yield "port with scale nan", out(port("y", [1], 4, 1, 1, 1, 0, float("nan")))
    yield "port of unknown visibility", out(port("y", [1], 4, 1, 1, 1, 9))
    yield "two ports of one column", changed(lambda k: k.outputs.append(k.outputs[0]))
    yield "no outputs", changed(lambda k: k.outputs.clear())
    yield "lines in a port's name", out(port("y\n\x1b[31m", [1], 2, 1, 1, 1, 9))
    yield "lines in a column's name", changed(lambda k: k.columns.append(("c\nd\x1b[2J\r", PUBLIC, 1, 1)))


def unbounded():
    yield "witness that nothing bounds", changed(lambda k: k.add("z", WITNESS, 1, 4, bounded=False))
    yield "multiplicities as values", changed(lambda k: k.lookups.append(
        lookup("l", 0, 1, 256, [expr([linear(1, window(in_w=256, out_w=256))])])))


def many_tables():
    """Every table has its own multiplicities: what must not cost tables times terms."""
    key = Key()
    for lo in range(4000):
        key.tables.append(table(1, 1, lo, lo + 1))
        key.multiplicities.append(key.add("m", WITNESS, 1, 256, bounded=False, given=False))
    for _ in range(4000):
        key.lookups.append(lookup("l", 0, 1, 1, [expr([linear(2, window())] * 16)]))
    return key.encode()


def wide_kernel():
    """A registration looks weights up tap by tap: a small key whose registration is not small."""
    key = Key()
    for _ in range(200):
        w = key.add("w", WEIGHTS, 1, 50000)
        source = key.add("s", PUBLIC, 1, 50000)
        key.accumulators.append(accumulator("a", 1, 1, [contraction(w, source, window(in_w=50000, kernel_w=50000))]))
        key.lookups.append(lookup("l", 0, 1, 1, [expr(acc=len(key.accumulators) - 1)]))
    return key.encode(1 << 16)


def hostile_keys():
    good = Key().encode()
    yield from truncated_lists()
    yield from broken_form(good)
    yield from huge_shapes()
    yield from hostile_windows()
    yield from hostile_ports()
    yield from unbounded()
    yield "200 kernels of 50000 taps", wide_kernel()


def wide_window():
    """A key without weights, so without registration, that is in order: its contraction reads a window of 2^27 columns."""
    key = Key(1 << 7, 1 << 20)
    key.accumulators.append(accumulator("a", 1, 1, [contraction(2, 0, window(in_h=1 << 7, in_w=1 << 20))]))
    key.lookups.append(lookup("l", 0, 1, 1, [expr(acc=0)]))
    return key.encode()


def averaging_window():
    """A key in order whose averages take 2^26 window positions to bound."""
    key = Key()
    wide = window(in_w=8192, out_w=8192, kernel_w=8000, pad=(0, 4000))
    source = key.add("s", WITNESS, 1, 8192)
    key.accumulators.append(accumulator("a", 1, 8192, [], [linear(source, wide, 8192, 2)]))
    key.lookups.append(lookup("l", 0, 1, 8192, [expr(acc=0)]))
    return key.encode()


def many_terms():
    """A key in order with one sum of many different windows: what must not cost terms times terms."""
    key = Key()
    source = key.add("s", PUBLIC, 1, 64)
    terms = [linear(source, window(in_w=64, pad=(0, -(i % 64)))) for i in range(40000)]
    key.accumulators.append(accumulator("a", 1, 1, [], terms))
    key.lookups.append(lookup("l", 0, 1, 1, [expr(acc=0)]))
    return key.encode()


def costly_keys():
    """Keys that a verifier may accept or refuse, but quickly; the proof for them is rejected or never read."""
    yield "contraction over a window of 2^27", wide_window()
    yield "averages over 2^26 positions", averaging_window()
    yield "4000 tables and 64000 terms", many_tables()
    yield "a sum of 40000 windows", many_terms()
