"""Mutants of a proof, all of which must be refused, and test vectors for other implementations."""

import json
import random
from collections import Counter

from .field import P, Reject
from .hashing import Transcript, u64s
from .verifier import verify

HEADER = (("magic", 0, 8), ("version", 8, 2), ("mode", 10, 1), ("statement digest", 11, 32))
MODE = 10
MASKING = ("pad check round", "pad check ends", "mask claim", "salts")


def _replace(data, at, new):
    return data[:at] + new + data[at + len(new):]


def _flip(rng, data, at, size):
    i = at + rng.randrange(size)
    return _replace(data, i, bytes([data[i] ^ 1 << rng.randrange(8)]))


def _exchange(data, a, b, size):
    """The `size` bytes at a and at b exchanged."""
    return _replace(_replace(data, a, data[b:b + size]), b, data[a:a + size])


def _more(data, at):
    """The element of F at an offset plus one."""
    return _replace(data, at, ((u64s(data[at:at + 8])[0] + 1) % P).to_bytes(8, "little"))


def _of_field(kind):
    """Whether a message holds elements of F or E."""
    return not any(word in kind for word in ("siblings", "salts", "root", "work"))


def _parts(key, proof, transcript):
    """(kind, offset in the file, size) of everything in a proof."""
    start, core = len(proof) - len(transcript.stream), key.core
    at = 43 + 4 * sum(core.theorem.columns[port.column].size for port in core.public_ports())
    parts = [("header: " + name, at, size) for name, at, size in HEADER]
    parts += [("public value", i, 4) for i in range(43, at, 4)]
    while at < start:                                 # commitments
        end = at + 4 + int.from_bytes(proof[at:at + 4], "little")
        places = [at, at + 4, at + 12, at + 14, at + 18, at + 26, *range(at + 30, end - 56, 4), end - 56, end - 24]
        parts += [("commitment", i, min(size, end - i)) for i, size in zip(places, [4, 8, 2, 4, 8] + [4] * len(places))]
        at = end
    parts += [("message: " + name, start + at, size) for name, at, size in transcript.messages if size]
    return parts


def _structural(rng, proof, messages):
    """Mutants that are not flips: (kind, bytes)."""
    for cut in (1, 8, 24, 32, len(proof) // 2, len(proof) - 43, len(proof) - 5, len(proof)):
        yield "truncation", proof[:len(proof) - cut]
    for extra in (b"\x00", bytes(8), bytes(24), bytes(32), proof[-24:]):
        yield "extension", proof + extra
    for kind, at, size in rng.sample(messages, min(12, len(messages))):
        yield "message removed", proof[:at] + proof[at + size:]
        yield "message repeated", proof[:at + size] + proof[at:]
        yield "message zeroed", _replace(proof, at, bytes(size))
    for kind, at, size in messages:
        if _of_field(kind):
            yield "non-canonical element", _replace(proof, at + 8 * rng.randrange(size // 8), b"\xff" * 8)
            yield f"one more: {kind[9:]}", _more(proof, at + 8 * rng.randrange(size // 8))
    by_kind = {}
    for kind, at, size in messages:
        by_kind.setdefault((kind, size), []).append(at)
    for (kind, size), places in by_kind.items():
        if len(places) > 1:
            yield "messages swapped", _exchange(proof, *rng.sample(places, 2), size)


def _public_values(rng, parts, proof):
    """Public values one off, out of range, exchanged."""
    places = [at for kind, at, _ in parts if kind == "public value"]
    for at in places:
        value = int.from_bytes(proof[at:at + 4], "little", signed=True)
        for new in (value + 1, value - 1, 2**31 - 1, -2**31):
            if -2**31 <= new < 2**31:
                yield "public value changed", _replace(proof, at, new.to_bytes(4, "little", signed=True))
    if len(places) > 1:
        yield "public values exchanged", _exchange(proof, *rng.sample(places, 2), 4)


def _without(proof, messages, names):
    """The proof without all messages of these names."""
    for kind, at, size in reversed(messages):
        if kind[9:] in names:
            proof = proof[:at] + proof[at + size:]
    return proof


def _hiding(rng, proof, messages, params):
    """Mutants of what masks: mode, pad check, mask claim, salts, masks in the rows of X."""
    other = 1 - proof[MODE]
    for mode in {other, 2, 255}:
        yield "another mode", _replace(proof, MODE, bytes([mode]))
    rows = [(at, size) for kind, at, size in messages if kind.endswith(": rows")]
    at, size = rows[params.both]                      # those of X
    words = params.limbs_x + params.mask_words
    count = size // (8 * words)
    if not params.masked:
        yield "salts added", proof[:at + size] + bytes(32 * count) + proof[at + size:]
        return
    for names in (MASKING, ("salts",), ("mask claim",), MASKING[:2]):
        stripped = _without(proof, messages, names)
        yield "without " + ", ".join(names), stripped
        yield "without " + ", ".join(names) + ", another mode", _replace(stripped, MODE, bytes([other]))
    row = at + 8 * words * rng.randrange(count)
    for word in range(params.limbs_x, words):
        yield "one more: mask of a row", _more(proof, row + 8 * word)
    yield "masks of a row exchanged", _exchange(proof, row + 8 * params.limbs_x, row + 8 * (words - 1), 8)
    for kind, at, size in messages:
        if kind.endswith("pad check ends"):
            yield "pad check ends exchanged", _exchange(proof, at, at + 24, 24)
        elif kind.endswith("salts"):
            a, b = rng.sample(range(at, at + size, 32), 2)
            yield "salts exchanged", _exchange(proof, a, b, 32)
            yield "salt and row exchanged", _exchange(proof, at, at - 32, 32)
        elif kind.endswith("mask claim"):
            yield "mask claim negated", _replace(proof, at, b"".join(
                (-x % P).to_bytes(8, "little") for x in u64s(proof[at:at + 24])))


def mutants_of(key, proof, count, seed):
    """Distinct mutants: each part of the proof once, the structural ones, then random flips up to `count`."""
    rng, transcript = random.Random(seed), key.check(proof)
    parts = _parts(key, proof, transcript)
    messages = [part for part in parts if part[0].startswith("message")]
    found, seen = [], {proof}
    flips = [(kind, _flip(rng, proof, at, size)) for kind, at, size in parts]
    for kind, data in [*flips, *_structural(rng, proof, messages), *_public_values(rng, parts, proof),
                       *_hiding(rng, proof, messages, key.model.params)]:
        if data not in seen:
            seen.add(data)
            found.append((kind, data))
    while len(found) < count:
        data = _flip(rng, proof, 0, len(proof))
        if data not in seen:
            seen.add(data)
            found.append(("random flip", data))
    return found


def frozen(draws):
    """A transcript whose draws are those of an honest run, whatever the messages: shows what the checks catch
    without the hash."""
    class Frozen(Transcript):
        def _replay(self, label, *_):
            expected, value = draws[len(self.draws)]
            assert expected == label
            self.draws.append((label, value))
            return value
        draw = draw_positions = seed = _replay
    return Frozen


def run_frozen(key, proof, seed, rounds=1):
    """One flip in every public value and message under the honest challenges; 0 if all are refused."""
    rng, honest = random.Random(seed), key.check(proof)
    reasons, accepted = Counter(), Counter()
    for kind, at, size in [p for p in _parts(key, proof, honest) if not p[0].startswith("header")] * rounds:
        try:
            key.check(_flip(rng, proof, at, size), frozen(honest.draws))
            accepted[kind] += 1
        except Reject as reason:
            reasons[f"{kind}: {reason}"] += 1
    for name, n in sorted(reasons.items()):
        print(f"  {n:5} {name}")
    for kind, n in accepted.items():
        print(f"  {n:5} ACCEPTED {kind}")
    print(f"frozen challenges: {sum(reasons.values())} refused, {sum(accepted.values())} accepted")
    return 1 if accepted else 0


def run(key, proof, count, seed):
    """Check the mutants, print counts by kind and by reason; 0 if all are refused."""
    kinds, reasons, accepted = Counter(), Counter(), []
    for kind, data in mutants_of(key, proof, count, seed):
        ok, reason = verify(key, data)
        kinds[kind] += 1
        reasons[reason] += 1
        if ok:
            accepted.append(kind)
    for title, counter in (("mutants", kinds), ("reasons", reasons)):
        print(title)
        for name, n in sorted(counter.items()):
            print(f"  {n:5} {name}")
    print(f"{sum(kinds.values())} mutants, {sum(kinds.values()) - len(accepted)} refused, {len(accepted)} accepted")
    return 1 if accepted else 0


def _element(a):
    return [f"{c:016x}" for c in a]


def _drawn(v):
    """A draw for JSON: positions, a seed, or an element."""
    return v if isinstance(v, list) else v.hex() if isinstance(v, bytes) else _element(v)


def _section(t):
    """Values of one run of section 8."""
    challenges = [{"label": label, "value": _drawn(v)} for label, v in t.draws]
    at, p, q = t.leaf
    return {
        "witness_root": t.root_x.hex(),
        "leaf_point": [_element(c) for c in at], "leaf_p": _element(p.known), "leaf_q": _element(q.known),
        "claims": [{"name": c.name, "value": _element(c.value.known)} for c in t.claims],
        "ledger_value": _element(t.value),
        "challenges": challenges,
        "messages": [{"label": label, "offset": at, "size": size} for label, at, size in t.messages],
        "final_state": t.state.hex(),
    }


def write_vectors(key, proof, path):
    """Intermediate values of an accepted proof (and of the registration) as JSON; elements are c0, c1, c2 in hex.

    Of a scalar only the constant is written, not its pads.
    """
    data = {
        "statement_digest": key.core.digest.hex(),
        "pin_z": _element(key.z) if key.z else None,
        "pin_y": _element(key.core.pin),
        "inference": _section(key.check(proof)),
    }
    if key.registered is not None:
        data["registration"] = _section(key.registered)
    data["security_bits"] = {"inference": key.model.bits, "registration": getattr(key, "registration", key.model).bits}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(data, file, indent=1)
        file.write("\n")
