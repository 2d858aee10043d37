"""Sections 2.4, 3 and 4: Keccak-256, the transcript, Merkle multiproofs."""

from .field import P, Reject, require

_M = 2**64 - 1


def _constants():
    """Round constants (from the LFSR), and for lane x + 5 y its target under pi and its rotation under rho."""
    rounds, lfsr = [], 1
    for _ in range(24):
        rc = 0
        for j in range(7):
            if lfsr & 1:
                rc |= 1 << ((1 << j) - 1)
            lfsr = (lfsr << 1) ^ (0x171 if lfsr & 0x80 else 0)
        rounds.append(rc)
    rotate, x, y = [0] * 25, 1, 0
    for t in range(24):
        rotate[x + 5 * y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    lanes = [(i % 5, i // 5) for i in range(25)]
    moved = [0] * 25
    for x, y in lanes:
        moved[y + 5 * ((2 * x + 3 * y) % 5)] = x + 5 * y
    rho_pi = [(source, source % 5, rotate[source], 64 - rotate[source]) for source in moved]
    chi = [(i, i - x + (x + 1) % 5, i - x + (x + 2) % 5) for i, (x, _) in enumerate(lanes)]
    return rounds, rho_pi, chi


_ROUNDS, _RHO_PI, _CHI = _constants()


def _permute(a):
    """Keccak-f[1600] on 25 lanes."""
    for rc in _ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ ((c[x - 4] << 1 | c[x - 4] >> 63) & _M) for x in range(5)]
        b = [(v << left | v >> right) & _M
             for v, left, right in [(a[i] ^ d[x], left, right) for i, x, left, right in _RHO_PI]]
        a = [b[i] ^ (~b[j] & b[k]) for i, j, k in _CHI]
        a[0] ^= rc
    return a


def keccak256(data):
    """Keccak-256 as in Ethereum: rate 136, padding 0x01 ... 0x80 (2.4)."""
    padded = bytearray(data)
    padded += b"\x01" + bytes(-(len(data) + 1) % 136)
    padded[-1] |= 0x80
    state = [0] * 25
    for at in range(0, len(padded), 136):
        for i in range(17):
            state[i] ^= int.from_bytes(padded[at + 8 * i:at + 8 * i + 8], "little")
        state = _permute(state)
    return b"".join(v.to_bytes(8, "little") for v in state[:4])


def u64s(data):
    return [int.from_bytes(data[i:i + 8], "little") for i in range(0, len(data), 8)]


def field_elements(data):
    """Canonical elements of F (2.3)."""
    values = u64s(data)
    require(all(v < P for v in values), "limb is not canonical")
    return values


def extension_elements(data):
    """Canonical elements of E (2.3)."""
    words = field_elements(data)
    return [tuple(words[i:i + 3]) for i in range(0, len(words), 3)]


def extension_bytes(a):
    return b"".join(v.to_bytes(8, "little") for v in a)


class Transcript:
    """Section 3. `stream` is the proof stream; `log` records (label, offset, size) of messages and draws."""

    def __init__(self, protocol_label, stream=b""):
        self.state, self.pending, self.stream, self.used = bytes(32), b"", stream, 0
        self.messages, self.draws = [], []
        self.absorb("protocol", protocol_label.encode())

    def absorb(self, label, data):
        name = label.encode()
        self.pending += b"A" + bytes([len(name)]) + name + len(data).to_bytes(4, "little") + data

    def _begin(self, label):
        name = label.encode()
        self.state = keccak256(b"\x02" + self.state + self.pending + b"D" + bytes([len(name)]) + name)
        self.pending = b""

    def _ratchet(self):
        self.state = keccak256(b"\x03" + self.state)

    def draw(self, label):
        """A challenge in E."""
        self._begin(label)
        while max(u64s(self.state[:24])) >= P:
            self._ratchet()
        self.draws.append((label, tuple(u64s(self.state[:24]))))
        return self.draws[-1][1]

    def draw_positions(self, label, count, bits):
        self._begin(label)
        found, word = [], 0
        while len(found) < count:
            if word == 8:
                self._ratchet()
                word = 0
            found.append(int.from_bytes(self.state[4 * word:4 * word + 4], "little") & ((1 << bits) - 1))
            word += 1
        self.draws.append((label, list(found)))
        return found

    def seed(self, label):
        self._begin(label)
        self.draws.append((label, self.state))
        return self.state

    def read(self, label, size):
        """The next message of the prover, `size` bytes."""
        require(self.used + size <= len(self.stream), "proof stream is too short")
        data = self.stream[self.used:self.used + size]
        self.messages.append((label, self.used, size))
        self.used += size
        self.absorb(label, data)
        return data

    def read_extension(self, label, count):
        return extension_elements(self.read(label, 24 * count))

    def read_digests(self, label, count):
        data = self.read(label, 32 * count)
        return [data[i:i + 32] for i in range(0, len(data), 32)]

    def grind(self, label, bits):
        """Proof of work: nothing at all for 0 bits."""
        if bits == 0:
            return
        seed = self.seed(label)
        nonce = self.read(label, 8)
        work = int.from_bytes(keccak256(b"\x04" + seed + nonce)[:8], "little")
        require(work < 1 << (64 - bits), f"proof of work: {label}")


def multiproof_size(k, indices):
    """Number of siblings of a multiproof (section 4)."""
    size, known = 0, list(indices)
    for _ in range(k):
        parents = sorted({i >> 1 for i in known})
        size += 2 * len(parents) - len(known)
        known = parents
    return size


def merkle_root(k, indices, rows, proof):
    """Root from opened rows (bytes, with their salts) at strictly increasing indices and the siblings (section 4)."""
    known = [(i, keccak256(b"\x00" + row)) for i, row in zip(indices, rows)]
    siblings = iter(proof)
    for _ in range(k):
        parents, j = [], 0
        while j < len(known):
            i, digest = known[j]
            if i % 2 == 0 and j + 1 < len(known) and known[j + 1][0] == i + 1:
                pair, j = digest + known[j + 1][1], j + 2
            else:
                sibling, j = next(siblings), j + 1
                pair = digest + sibling if i % 2 == 0 else sibling + digest
            parents.append((i // 2, keccak256(b"\x01" + pair)))
        known = parents
    if next(siblings, None) is not None:
        raise Reject("multiproof has siblings left over")
    return known[0][1]
