"""Small test vectors of sections 2 to 4 for other implementations. Elements of E are three decimal strings."""

import json

from .field import ONE, P, inv, mul
from .hashing import Transcript, keccak256, merkle_root, multiproof_size


def _element(a):
    return [str(c) for c in a]


def _bytes(n):
    """n bytes with no pattern a block length could hide."""
    return bytes((7 * i + i // 251) % 256 for i in range(n))


def _keccak():
    messages = [b"", b"abc", *(_bytes(n) for n in (1, 7, 8, 64, 134, 135, 136, 137, 271, 272, 1000))]
    return [{"message": m.hex(), "digest": keccak256(m).hex()} for m in messages]


def _transcript():
    label = "test vectors"
    t, out = Transcript(label), []

    def absorb(label, data):
        t.absorb(label, data)
        out.append({"op": "absorb", "label": label, "data": data.hex()})

    def draw(label):
        out.append({"op": "draw", "label": label, "value": _element(t.draw(label))})

    def positions(label, count, bits):
        found = t.draw_positions(label, count, bits)
        out.append({"op": "draw_positions", "label": label, "count": count, "bits": bits, "positions": found})

    def seed(label):
        out.append({"op": "seed", "label": label, "value": t.seed(label).hex()})

    draw("first")
    absorb("greeting", b"hi")
    absorb("nothing", b"")
    draw("x")
    draw("x")
    positions("queries", 20, 10)
    positions("whole words", 8, 32)
    positions("no bits", 9, 0)
    absorb("long", _bytes(300))
    seed("work")
    absorb("nonce", (625).to_bytes(8, "little"))
    draw("last")
    return {"protocol_label": label, "operations": out, "state": t.state.hex()}


def _levels(leaves):
    """The levels of a tree, leaves first."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        low = levels[-1]
        levels.append([keccak256(b"\x01" + low[i] + low[i + 1]) for i in range(0, len(low), 2)])
    return levels


def _siblings(levels, positions):
    """The digests of a multiproof in the order of section 4."""
    out, known = [], set(positions)
    for level in levels[:-1]:
        out += [level[i ^ 1] for i in sorted(known) if i ^ 1 not in known]
        known = {i >> 1 for i in known}
    return out


def _merkle(log_domain, row_bytes, openings):
    rows = [_bytes(row_bytes + i)[i:] for i in range(1 << log_domain)]
    leaves = [keccak256(b"\x00" + row) for row in rows]
    levels, proofs = _levels(leaves), []
    for positions in openings:
        siblings = _siblings(levels, positions)
        assert len(siblings) == multiproof_size(log_domain, positions)
        assert merkle_root(log_domain, positions, [rows[i] for i in positions], siblings) == levels[-1][0]
        proofs.append({"positions": positions, "siblings": [s.hex() for s in siblings]})
    return {"log_domain": log_domain, "rows": [row.hex() for row in rows], "leaves": [leaf.hex() for leaf in leaves],
            "root": levels[-1][0].hex(), "multiproofs": proofs}


def _extension():
    a, b = (P - 1, 2**32, 3), (0x123456789abcdef0, P - 2, 2**63)
    c = (0, 0, P - 1)
    assert mul(a, inv(a)) == ONE
    products = [{"a": _element(x), "b": _element(y), "product": _element(mul(x, y))} for x, y in ((a, b), (b, c))]
    return {"products": products, "inverse": {"a": _element(a), "inverse": _element(inv(a))}}


def smallest_nonce(seed, bits):
    """The least nonce that a proof of work accepts (section 3)."""
    nonce = 0
    while int.from_bytes(keccak256(b"\x04" + seed + nonce.to_bytes(8, "little"))[:8], "little") >> (64 - bits):
        nonce += 1
    return nonce


def _proof_of_work():
    seed = keccak256(b"proof of work")
    return {"seed": seed.hex(), "bits": 10, "smallest_nonce": smallest_nonce(seed, 10)}


def protocol_vectors():
    """The text of tests/vectors/protocol.json."""
    vectors = {
        "keccak256": _keccak(),
        "transcript": _transcript(),
        "merkle": [_merkle(0, 8, [[0]]), _merkle(3, 24, [[1, 4, 5], [0, 3, 6], [7], list(range(8))])],
        "extension": _extension(),
        "proof_of_work": _proof_of_work(),
    }
    return json.dumps(vectors, indent=1) + "\n"
