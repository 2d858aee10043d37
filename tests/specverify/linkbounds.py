"""What a proof's own parameters may cost is bounded (15.1), also where no honest proof comes near."""

from .field import Reject
from .keyfile import read_proof
from .links import Commitment, check_link_params

LIMBS_W = 8 + 2 + 4 + 8 + 4 + 1 + 8 + 8 + 4           # where it stands in a body


def _reason(check, *args):
    try:
        check(*args)
    except Reject as found:
        return str(found)
    return "none"


def check_link_bounds(core, proof):
    """Problems with the bounds, tried on the first commitment of a proof."""
    body, problems = read_proof(core, proof)[1][0], []
    for limbs, refused in ((2**10 - 7, True), (2**10 - 8, False)):
        reason = _reason(Commitment, body[:LIMBS_W] + limbs.to_bytes(4, "little") + body[LIMBS_W + 4:])
        if (reason == "parameters of a commitment: rows are too long") != refused:
            problems.append(f"a commitment with {limbs} limbs: {reason}")
    for queries, refused in ((64, False), (65, True)):
        params = Commitment(body).params
        params.rounds[-1].queries, params.final_log = queries, 16
        reason = _reason(check_link_params, params, params.size_w, 1)
        if (reason != "none") != refused:
            problems.append(f"{queries} queries of a final vector of 2^16 elements: {reason}")
    return problems
