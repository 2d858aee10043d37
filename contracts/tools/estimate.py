#!/usr/bin/env python3
"""Gas of the opening of a key's proofs by its parameters, and the parameters that would cost least: `estimate.py PREFIX.vk ...`.

The model counts what TacitOpening does and prices it with the gas measured on anvil (docs/decisions/008). The search keeps the
theorem, masks and budget of openings, and varies limbs, rates, queries, rounds and proofs of work under the terms of protocol 12;
log2 of the largest codeword and the bits of each proof of work are bounded, as they are what the prover pays."""

import sys
from itertools import product
from math import ceil, log2
from pathlib import Path
from types import SimpleNamespace

import plan  # noqa: F401  (finds specverify)
from specverify import security
from specverify.field import ceil_log2
from specverify.verifier import Key

LIMB, ELEMENT, NODE, STEP, HORNER, FIXED = 190, 700, 330, 330, 110, 700_000
BYTE = 15.7                                           # calldata: nearly no byte is zero
MULTIPLICITIES = (3, 4, 6, 8, 12, 16, 24, 34, 44, 57, 66, 88, 110, 128)


def siblings(queries, log_domain):
    """Expected digests of a multiproof of random positions."""
    total, known = 0.0, float(queries)
    for level in range(log_domain):
        parents = 2.0 ** (log_domain - level - 1)
        hit = parents * (1 - (1 - 1 / parents) ** known) if known < 50 * parents else parents
        total += 2 * hit - known
        known = hit
    return max(total, 0), queries + total


def opening_cost(p):
    """(bytes, execution) of the opening."""
    size, gas = 0, FIXED
    for j, r in enumerate(p.rounds):
        oracles = [(24 << r.log_limbs, (1 << r.log_limbs) * ELEMENT)]
        if j == 0:
            mask = (7 if p.size_w else 4) if p.masked else 0
            words = [p.limbs_x + mask] + ([p.limbs_w] if p.size_w else [])
            salts = [p.masked] + ([p.random_slots_w > 0] if p.size_w else [])
            oracles = [(8 * w + 32 * s, w * LIMB + 1500 * p.masked) for w, s in zip(words, salts)]
        found, nodes = siblings(r.queries, r.log_domain)
        for row_bytes, row_gas in oracles:
            size += r.queries * row_bytes + 32 * found
            gas += r.queries * (row_gas + 500 + row_bytes) + nodes * NODE
        if j + 1 < len(p.rounds):
            gas += len(oracles) * r.queries * STEP * p.rounds[j + 1].length_log
    last = p.rounds[-1]
    size += (24 << p.final_log) + 48 * (p.k + p.log_folded)
    gas += (1 << p.final_log) * (1000 + last.queries * HORNER)
    return size, gas


def candidate(key, bits, log_n, rates, folds, grind):
    """Parameters of this shape with as few queries as the terms allow, or None."""
    old = key.core.params
    p = SimpleNamespace(size_w=old.size_w, size_x=old.size_x, log_n=log_n, masked=old.masked, regime=1, security=bits,
                        initial_grind_bits=old.initial_grind_bits, both=old.both)
    folded = log_n + 1 if p.both else log_n
    if sum(folds) > folded:
        return None
    n, p.rounds, left = 1 << log_n, [], folded
    for j, rate in enumerate(rates):
        if j:
            left -= folds[j - 1]
        length = left if j else log_n
        best = None
        for m in MULTIPLICITIES:
            query_bits = rate / 2 - log2(1 + 1 / (2 * m))
            if query_bits <= 0:
                continue
            queries = ceil((bits + 3 + log2(len(rates)) / 2 - grind) / query_bits)
            agreement = 191.99 - (length + rate + (folds[j - 1] if j else 8)) - log2(2 * (m + .5)**5 / 3 * 2.0**(1.5 * rate)) - 3
            if agreement > bits + 3 and (best is None or queries < best[0]):
                best = queries, m
        if best is None:
            return None
        p.rounds.append(SimpleNamespace(log_limbs=folds[j - 1] if j else 0, log_domain=length + rate, queries=best[0],
                                        grind_bits=grind, ood=1 if j else 0, multiplicity=best[1], log_n=length,
                                        length_log=length + (folds[j - 1] if j else 0)))
    p.log_folded, p.final_log = folded, left
    q = p.rounds[0].queries
    p.random_slots_w = (key.core.openings + 3) * q + 3 if old.random_slots_w else 0
    p.random_slots_x = q + 32 if p.masked else 0
    for k in range(13):                               # pad slots depend on the limbs, and these on the slots
        slots_w, slots_x = n - p.random_slots_w, n - p.random_slots_x - (6 * k if p.masked else 0)
        if min(slots_w, slots_x) < 16:
            return None
        p.limbs_w, p.limbs_x = -(-p.size_w // slots_w), -(-p.size_x // slots_x)
        p.k_w, p.k_x = ceil_log2(p.limbs_w), ceil_log2(p.limbs_x)
        p.k = max(p.k_w, p.k_x)
        if p.k == k:
            break
    p.rounds[0].log_limbs, p.rounds[0].length_log = p.k, p.k + log_n
    if p.k > 9:
        return None
    try:
        security.check_terms(security.all_terms(key.core.theorem, p), p, bits, 1)
    except Exception:
        return None
    return p


def search(key, bits, grind=20, largest=24):
    best = None
    for log_n, later in product(range(8, 17), (1, 2, 3)):
        for folds in product((3, 4, 5), repeat=later):
            for first, more in product(range(1, 9), (1, 2, 3)):
                rates = [first] + [min(first + more * (i + 1), 11) for i in range(later)]
                p = candidate(key, bits, log_n, rates, folds, grind)
                if p is None or p.rounds[0].log_domain + p.k > largest:
                    continue
                size, gas = opening_cost(p)
                price = max(size * BYTE + gas, 40 * size)
                if best is None or price < best[0]:
                    best = price, p
    return best[1] if best else None


def show(what, p):
    size, gas = opening_cost(p)
    rounds = ", ".join(f"2^{r.log_domain} x {r.queries}" for r in p.rounds)
    print(f"  {what:10} log_n {p.log_n:2} limbs {p.limbs_w} + {p.limbs_x}; domains and queries {rounds}; final vector 2^{p.final_log}: "
          f"{size / 1e3:.0f} kB, {gas / 1e6:.2f} M execution, {(size * BYTE + gas) / 1e6:.2f} M with calldata")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for name in sys.argv[1:]:
        key = Key(Path(name).read_bytes(), True)
        print(f"{Path(name).name}, {key.core.security} bits")
        show("as is", key.core.params)
        found = search(key, key.core.security)
        if found:
            show("least gas", found)
