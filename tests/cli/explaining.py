"""tacit explain: every number of the text is recomputed here, in Python, and found in the proof that tacit prove makes."""
import struct

from case import ROOT, Case, read_npy

P = 2**64 - 2**32 + 1
MODELS = ROOT / "examples" / "diabetes"
LINEAR, TREE, PATIENTS = MODELS / "linear.onnx", MODELS / "tree.onnx", MODELS / "patients.npy"
SAMPLE = 3


class E:
    """An element of F_p[x] / (x^3 - 2)."""

    def __init__(self, *limbs):
        self.c = tuple(v % P for v in limbs + (0,) * (3 - len(limbs)))

    def __add__(self, o):
        return E(*(a + b for a, b in zip(self.c, o.c)))

    def __sub__(self, o):
        return E(*(a - b for a, b in zip(self.c, o.c)))

    def __mul__(self, o):
        a, b = self.c, o.c
        return E(a[0] * b[0] + 2 * (a[1] * b[2] + a[2] * b[1]), a[0] * b[1] + a[1] * b[0] + 2 * a[2] * b[2],
                 a[0] * b[2] + a[1] * b[1] + a[2] * b[0])

    def __eq__(self, o):
        return self.c == o.c

    def __repr__(self):
        return ":".join(f"{v:016x}" for v in self.c)

    def bytes(self):
        return struct.pack("<3Q", *self.c)


def add(elements):
    out = E(0)
    for e in elements:
        out = out + e
    return out


class Section:
    def __init__(self, section):
        self.text = "\n".join(section["text"])
        self.numbers = {n["name"]: n["values"] for n in section["numbers"]}

    def integers(self, name):
        return [int(v) for v in self.numbers[name]]

    def elements(self, name):
        return [E(*(int(limb, 16) for limb in v.split(":"))) for v in self.numbers[name]]

    def element(self, name):
        values = self.elements(name)
        assert len(values) == 1
        return values[0]


class Explaining(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stories, cls.proofs = {}, {}
        for model in (LINEAR, TREE):
            story = cls.tacit("explain", model, PATIENTS, "--sample", SAMPLE, "--json").json()
            cls.stories[model] = [Section(s) for s in story["sections"]]
            public = [w for port in ("input", "output", "weights") for w in ("--" + port, "public")]
            cls.tacit("compile", model, "-o", cls.at(model.stem), "--calibration", PATIENTS, *public)
            cls.tacit("prove", cls.at(model.stem + ".tacit"), PATIENTS, "--sample", SAMPLE, "-o", cls.at(model.stem + ".proof"))
            cls.proofs[model] = cls.at(model.stem + ".proof").read_bytes()

    def values(self, tensor):
        dims, values = read_npy(PATIENTS)
        return values[SAMPLE * dims[1]:(SAMPLE + 1) * dims[1]]

    def assert_in_proof(self, model, *elements):
        for e in elements:
            self.assertIn(e.bytes(), self.proofs[model])

    def test_says_that_it_is_not_to_be_published(self):
        for story in self.stories.values():
            self.assertIn("do not publish", story[0].text)
        self.assertIn("do not publish", self.done("explain", LINEAR, PATIENTS).out.split("\n1 From")[0])

    def test_integers_of_the_regression(self):
        _, numbers, steps, relations = self.stories[LINEAR][:4]
        x = numbers.integers("input X")
        largest = max(x, key=abs)
        scale = self.values(LINEAR)[x.index(largest)] / largest
        for value, integer in zip(self.values(LINEAR), x):
            self.assertLessEqual(abs(value / scale - integer), 1)
        weights = {name.split(".")[-1]: numbers.integers(name) for name in numbers.numbers if name.startswith("weights ")}
        total = sum(w * v for w, v in zip(weights["weight"], x)) + 65536 * weights["bias_high"][0] + weights["bias_low"][0]
        name = next(n for n in steps.numbers if n.startswith("sum "))
        self.assertEqual(steps.integers(name), [total])
        self.assertEqual(steps.integers("output y"), [(total + 2**15) >> 16])
        remainder = next(relations.integers(n)[0] for n in relations.numbers if n.endswith("remainder"))
        self.assertEqual(remainder, (total + 2**15) % 2**16)

    def test_path_through_the_tree(self):
        _, numbers, steps = self.stories[TREE][:3]
        places = []
        for value in self.values(TREE):   # the order of float32 numbers by their bits
            bits = struct.unpack("<I", struct.pack("<f", value))[0]
            places.append(bits if bits < 2**31 else -(bits - 2**31))
        self.assertEqual(numbers.integers("input X"), places)
        tree = {name.split("Forest.")[1]: numbers.integers(name) for name in numbers.numbers if name.startswith("weights ")}
        node = 0
        for level in range(5):
            threshold = 65536 * tree["threshold.high"][node] + tree["threshold.low"][node]
            above = places[tree["feature"][node]] > threshold
            got = next(steps.integers(n) for n in steps.numbers if n.endswith(f"level{level}.above") and not n.startswith("sum"))
            self.assertEqual(got, [int(above)])
            node = tree["base"][node] + above
        score = 65536 * tree["leaf0.high"][node] + tree["leaf0.low"][node]
        self.assertEqual(steps.integers("output y"), [(score + 2**15) >> 16])

    def test_fractions_of_a_lookup(self):
        for model, story in self.stories.items():
            relations, lookup = story[3], story[4]
            alpha, beta, table = lookup.element("alpha"), lookup.element("beta"), lookup.integers("table")[0]

            def denominator(values):
                out, power = alpha - E(1 + table), beta
                for v in values:
                    out, power = out - power * E(v), power * beta
                return out

            tuples = [relations.integers(n) for n in relations.numbers]
            named = [d for t in tuples for d in [denominator(t)] if d in lookup.elements("looked up denominators")]
            self.assertEqual(len(named), len(lookup.elements("looked up denominators")), model)
            one = E(1)
            ups, downs = lookup.element("sum of the former"), lookup.element("sum of the latter")
            self.assertEqual(ups + downs, E(0))
            # Every fraction times the product of all denominators: no inverses are needed to compare.
            for denominators, counts, total in ((lookup.elements("looked up denominators"), None, ups),
                                                (lookup.elements("table denominators"), lookup.integers("multiplicities"), downs)):
                product = one
                for d in denominators:
                    product = product * d
                parts = []
                for i in range(len(denominators)):
                    part = E(counts[i] if counts else 1)
                    for j, d in enumerate(denominators):
                        part = part if i == j else part * d
                    parts.append(part)
                self.assertEqual(total * product, add(parts))
            p0, p1, q0, q1 = (lookup.element(n) for n in ("p0", "p1", "q0", "q1"))
            self.assertEqual(p0 * q1 + p1 * q0, E(0))
            self.assert_in_proof(model, p0, p1, q0, q1)

    def test_sumcheck_of_the_regression(self):
        numbers, s = self.stories[LINEAR][1], self.stories[LINEAR][5]
        x, w = numbers.integers("input X"), next(numbers.integers(n) for n in numbers.numbers if n.endswith(".weight"))
        a, b = s.elements("A"), s.elements("B")
        pad = [0] * (len(a) - len(x))
        self.assertEqual(a, [s.element("u") * E(v) for v in w + pad])
        self.assertEqual(b, [s.element("v") * E(v) for v in x + pad])
        self.assertEqual(s.integers("integer sum"), [sum(p * q for p, q in zip(w, x))])
        claim, g0, g1, lead, r = (s.element(n) for n in ("claim", "g(0)", "g(1)", "leading coefficient", "point"))
        self.assertEqual(claim, add(p * q for p, q in zip(a, b)))
        half = len(a) // 2
        self.assertEqual(g0, add(p * q for p, q in zip(a[:half], b)))
        self.assertEqual(g0 + g1, claim)
        self.assertEqual(s.element("next claim"), g0 + (g1 - g0 - lead) * r + lead * r * r)
        points = s.elements("points")
        self.assertEqual(points[0], r)
        for i, r in enumerate(points):   # fold both factors at every point: they end where the proof says
            half = len(a) // 2
            a, b = ([t[k] + r * (t[k + half] - t[k]) for k in range(half)] for t in (a, b))
            if i == 0:
                self.assertEqual(s.element("next claim"), add(p * q for p, q in zip(a, b)))
        self.assertEqual([a, b], [[s.element("A at the last point")], [s.element("B at the last point")]])
        self.assertEqual(s.element("last claim"), a[0] * b[0])
        self.assert_in_proof(LINEAR, claim, g0, lead, a[0], b[0])

    def test_sumcheck_of_the_tree(self):
        s = self.stories[TREE][5]
        claim, t, g0, g1, lead, r = (s.element(n) for n in ("claim", "t", "g(0)", "g(1)", "leading coefficient", "point"))
        self.assertEqual(claim, (E(1) - t) * g0 + t * g1)
        following = g0 + (g1 - g0 - lead) * r + lead * r * r
        self.assertEqual(s.element("next claim"), following)
        u, p1, q0, q1 = (s.element(n) for n in ("u", "p1", "q0", "q1"))
        self.assertEqual(q1 * u + p1 * q0, following)
        self.assert_in_proof(TREE, g0, lead, u, p1, q0, q1)

    def test_opened_claim(self):
        for story in self.stories.values():
            s = story[6]
            gamma, power, total = s.element("gamma"), E(1), E(0)
            for name in s.numbers:
                if name.startswith("claim ") or name == "pin":
                    power = power * gamma
                    total = total + power * s.element(name)
            self.assertEqual(s.element("all claims together"), total)
            self.assertEqual(s.element("value"), total - s.element("from public columns"))
            self.assertEqual(s.element("value"), s.element("weighed sum of all columns"))

    def test_what_hiding_adds(self):
        for story in self.stories.values():
            s = story[7]
            self.assertIn("accepted", s.text)
            self.assertIn("With one bit of the proof changed: rejected", s.text)
            self.assertEqual(s.element("its value"), s.element("the pad") + s.element("what is sent"))

    def test_page_is_about_the_sections_that_are_printed(self):
        page = (ROOT / "docs" / "how-a-proof-works.md").read_text()
        out = self.done("explain", LINEAR, PATIENTS).out
        titles = [line for line in out.splitlines() if line[:2] in {f"{n} " for n in range(1, 8)}]
        self.assertEqual(len(titles), 7)
        for title in titles:
            self.assertIn("## " + title, page)

    def test_refuses_what_it_cannot_print(self):
        self.refused("explain", ROOT / "examples" / "digits" / "digits.onnx", ROOT / "examples" / "digits" / "digit.npy", says="too large to be explained")
        self.refused("explain", LINEAR, PATIENTS, "--sample", 20, says="--sample 20 is not among them")
