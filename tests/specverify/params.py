"""Section 11.2: opening parameters."""

from dataclasses import dataclass

from .field import ceil_log2, require

UNIQUE, JOHNSON = 0, 1


@dataclass
class Round:
    log_limbs: int
    log_domain: int
    queries: int
    grind_bits: int
    ood: int
    multiplicity: int
    log_n: int = 0

    @property
    def length_log(self):
        """log2 of the length of the vector that the round's oracle encodes."""
        return self.log_limbs + self.log_n


class Params:
    """Parsed and checked opening parameters; `encoded` are their bytes, params(P)."""

    def __init__(self, r):
        start = r.at
        require(r.u8() == 2, "version of the parameters")
        self.size_w, self.size_x, self.log_n = r.u64(), r.u64(), r.u32()
        self.limbs_w, self.limbs_x, self.random_slots_w, self.random_slots_x = (r.u32() for _ in range(4))
        self.regime, self.security, self.initial_grind_bits = r.small(1, "regime"), r.u32(), r.u32()
        count = r.u32()
        require(2 <= count <= 16, "parameters: number of rounds")
        self.rounds = [Round(r.u32() if i else 0, *(r.u32() for _ in range(5))) for i in range(count)]
        self.encoded = r.data[start:r.at]
        self._derive_oracles()
        self._check_oracles()
        self._derive_rounds()
        self._check_rounds()

    def _derive_oracles(self):
        """Section 7.1."""
        require(1 <= self.log_n <= 24, "parameters: log_n")
        self.k_w, self.k_x = ceil_log2(self.limbs_w), ceil_log2(self.limbs_x)
        self.both = self.size_w > 0 and self.size_x > 0
        self.k = max(self.k_w, self.k_x)
        self.masked = self.random_slots_x > 0
        self.pad_slots_x = 6 * self.k if self.masked else 0
        self.mask_words = (7 if self.both else 4) if self.masked else 0
        self.slots_w = (1 << self.log_n) - self.random_slots_w
        self.slots_x = (1 << self.log_n) - self.random_slots_x - self.pad_slots_x

    def _check_oracles(self):
        require(self.size_w or self.size_x, "parameters: no oracle")
        for size, limbs, random, slots in ((self.size_w, self.limbs_w, self.random_slots_w, self.slots_w),
                                           (self.size_x, self.limbs_x, self.random_slots_x, self.slots_x)):
            if size == 0:
                require(limbs == random == 0, "parameters: absent oracle")
            else:
                require(1 <= limbs <= 4096 and slots >= 1 and size <= limbs * slots, "parameters: oracle size")
        queries = self.rounds[0].queries
        require(self.random_slots_x == 0 or self.random_slots_x >= queries, "parameters: random slots of X")
        require(self.random_slots_w == 0 or (self.random_slots_w >= queries + 3 and self.masked),
                "parameters: random slots of W")
        require(40 <= self.security <= 128, "parameters: lambda")

    def _derive_rounds(self):
        self.rounds[0].log_limbs, self.rounds[0].log_n = self.k, self.log_n
        left = self.log_folded = self.log_n + 1 if self.both else self.log_n
        for later in self.rounds[1:]:
            require(1 <= later.log_limbs <= min(left, 8), "parameters: log_limbs")
            left -= later.log_limbs
            later.log_n = left
        self.final_log = left
        require(self.final_log <= 16, "parameters: final vector")

    def _check_rounds(self):
        require(self.initial_grind_bits <= 40, "parameters: grind")
        johnson = self.regime == JOHNSON
        for i, r in enumerate(self.rounds):
            require(r.log_n + 1 <= r.log_domain <= 32, "parameters: log_domain")
            require(1 <= r.queries <= 4096 and r.grind_bits <= 40, "parameters: queries or grind")
            least, most = (0, 0) if i == 0 else (1 if johnson else 0, 4)
            require(least <= r.ood <= most, "parameters: out-of-domain samples")
            require(3 <= r.multiplicity <= 128 if johnson else r.multiplicity == 0, "parameters: multiplicity")
