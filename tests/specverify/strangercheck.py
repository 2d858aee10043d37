"""Keys and proofs written here, of theorems with column tables: both verifiers accept and refuse the same."""

from dataclasses import replace

from .definitions import check_definitions
from .field import Reject
from .keywriter import foreign_proof, key_bytes
from .prover import prove
from .strangers import KINDS, assignment, cheats, crowded, ports, stranger, variants
from .theorem import WEIGHTS, WITNESS
from .verifier import Key


def write_stranger(folder, kind):
    """(key, key file, proof file) of one kind of stranger."""
    data = key_bytes(stranger(*kind), *ports(kind[0]))
    files = folder / "stranger.vk", folder / "stranger.bin"
    files[0].write_bytes(data)
    key = Key(data)
    files[1].write_bytes(prove(key, assignment(*kind)))
    return key, *files


def _refusal(check, *args):
    try:
        check(*args)
    except Reject as reason:
        return str(reason)
    return ""


def _check_proofs(folder, verdict):
    for kind in KINDS:
        key, *files = write_stranger(folder, kind)
        reason, built = _refusal(key.check, files[1].read_bytes()), verdict(*files)
        if reason or built != "accepted":
            yield f"the stranger {kind}: {reason or 'accepted'}; tacit-verify: {built}"
    key = Key(key_bytes(stranger(*KINDS[0]), *ports(KINDS[0][0])))
    for name, columns in cheats():
        if _refusal(prove, key, columns) != "fractions sum to zero":
            yield f"a proof of a stranger with {name}"


def _check_variants(folder, verdict):
    """A key is accepted by tacit-verify if it gets as far as to reject a proof for another key."""
    key, proof = folder / "variant.vk", folder / "variant.bin"
    proof.write_bytes(foreign_proof())
    found = [(name, accepted, key_bytes(*parts)) for name, *parts, accepted in variants()]
    found += [(f"{n} reads of 1024 tiles", accepted, key_bytes(crowded(n), *ports(KINDS[0][0]), 2**12))
              for n, accepted in ((15417, True), (15418, False))]
    for name, accepted, data in found:
        key.write_bytes(data)
        reason, built = _refusal(Key, data), verdict(key, proof)
        if (reason == "") != accepted or (built == "rejected") != accepted:
            yield f"a theorem with {name}: {reason or 'accepted'}; key for tacit-verify: {built}"


def _check_weights():
    """No weights column may be what a lookup defines, since a proof would then tell whether an input leads to it."""
    theorem, (inputs, _) = stranger(*KINDS[0]), ports(KINDS[0][0])
    for i in theorem.home(WITNESS)[:-len(theorem.tables)]:
        columns = list(theorem.columns)
        columns[i] = replace(columns[i], home=WEIGHTS)
        if not _refusal(check_definitions, replace(theorem, columns=tuple(columns)), set(inputs)):
            yield f"a definition of the weights column {i}"


def check_strangers(folder, verdict):
    """Problems; `verdict` is what tacit-verify says of a key file and a proof file."""
    return [*_check_proofs(folder, verdict), *_check_variants(folder, verdict), *_check_weights()]
