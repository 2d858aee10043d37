"""compile, prove and verify --claim accuracy: a committed model is right on m of n committed rows."""
import json
import struct

from case import CALIBRATION, IMAGES, LABELS, MODEL, REJECTED, ROOT, Case, read_npy, write_npy

ROWS, WRONG = 16, (3, 11)


class Claims(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dims, images = read_npy(IMAGES)
        size = len(images) // dims[0]
        labels = read_npy(LABELS)[1]
        cls.data = {}
        for name, first in (("a", 0), ("b", 100)):
            write_npy(cls.at(name + "_rows.npy"), [ROWS, *dims[1:]], images[first * size:(first + ROWS) * size])
            cls.data[name] = [int(v) for v in labels[first:first + ROWS]]
        cls.tacit("compile", MODEL, "-o", cls.at("claim"), "--claim", "accuracy", "--batch", ROWS, "--calibration", CALIBRATION)
        cls.tacit("compile", MODEL, "-o", cls.at("batch"), "--batch", ROWS, "--calibration", CALIBRATION)
        # What the integers answer, so that data sets with the same count can be made.
        for name in ("a", "b"):
            run = cls.tacit("run", cls.at("batch.tacit"), cls.at(name + "_rows.npy"), "-o", cls.at(name + "_scores.npy"))
            assert run.code == 0, run.err
            values = read_npy(cls.at(name + "_scores.npy"))[1]
            answers = [max(range(10), key=lambda c: values[10 * r + c]) for r in range(ROWS)]
            given = [(a + 1) % 10 if r in WRONG else a for r, a in enumerate(answers)]
            write_npy(cls.at(name + "_labels.npy"), [ROWS], given)
            for part in ("rows", "labels"):
                done = cls.tacit("commit", cls.at(f"{name}_{part}.npy"), "-o", cls.at(f"{name}_{part}"))
                assert done.code == 0, done.err
        for name in ("a", "b"):
            done = cls.prove(name, name, name + ".proof")
            assert done.code == 0, done.err

    @classmethod
    def prove(cls, rows, labels, out):
        return cls.tacit("prove", cls.at("claim.tacit"), "--claim", "accuracy", "--batch", cls.at(rows + "_rows.opening"),
                         "--labels", cls.at(labels + "_labels.opening"), "-o", cls.at(out), "--json")

    def named(self, rows="a", labels="a"):
        return ["--input-commitment", self.at(rows + "_rows.commitment"), "--input-commitment", self.at(labels + "_labels.commitment")]

    def verify(self, proof="a.proof", *words):
        return ["verify", self.at("claim.vk"), self.at(proof), "--claim", "accuracy", *words]

    def test_says_how_many_rows_are_right_and_nothing_else_of_them(self):
        right = ROWS - len(WRONG)
        text = self.done(*self.verify("a.proof", *self.named(), "--at-least", right)).out
        self.assertIn(f"the model is right on {right} of {ROWS} rows", text)
        statement = self.done(*self.verify("a.proof", *self.named(), "--json")).json()["statement"]
        self.assertEqual(statement["accuracy"], {"correct": right, "rows": ROWS})
        self.assertEqual(statement["output"]["claim.correct"]["integers"], [right])
        self.assertNotIn("input", statement)

    def test_the_small_verifier_says_it_too(self):
        if not (self.build / "tacit-verify").exists():
            self.skipTest("not built")
        said = self.tacit("--json", self.at("claim.vk"), self.at("a.proof"), program="tacit-verify").json()
        self.assertEqual(said["accuracy"], {"correct": ROWS - len(WRONG), "rows": ROWS})
        self.assertNotIn("accuracy", self.tacit("--json", self.at("d.vk"), self.at("p"), program="tacit-verify").json())

    def test_asking_for_more_right_rows_is_a_rejection(self):
        self.refused(*self.verify("a.proof", "--at-least", ROWS - 1), code=REJECTED, says="which is less than")

    def test_a_larger_count_written_into_the_proof_is_rejected(self):
        proof = bytearray(self.at("a.proof").read_bytes())
        self.assertEqual(struct.unpack_from("<i", proof, 43)[0], ROWS - len(WRONG))
        for claimed in (ROWS - 1, ROWS, ROWS + 1, 0):
            struct.pack_into("<i", proof, 43, claimed)
            self.at("more.proof").write_bytes(proof)
            self.refused(*self.verify("more.proof"), code=REJECTED, says="failed check")

    def test_another_data_set_is_rejected(self):
        self.refused(*self.verify("a.proof", *self.named("b", "b")), code=REJECTED, says="is not the commitment of the proven input")
        self.refused(*self.verify("a.proof", *self.named("a", "b")), code=REJECTED, says="is not the commitment of the proven input")
        self.assertEqual(self.prove("a", "b", "mixed.proof").code, 0)   # other labels: a true claim about another data set
        self.refused(*self.verify("mixed.proof", *self.named("a", "a")), code=REJECTED, says="is not the commitment of the proven input")
        proof, other = self.at("a.proof").read_bytes(), self.at("b.proof").read_bytes()
        (size,) = struct.unpack_from("<I", proof, 47)
        self.at("spliced.proof").write_bytes(proof[:47] + other[47:51 + size] + proof[51 + size:])
        self.refused(*self.verify("spliced.proof"), code=REJECTED, says="failed check")

    def test_a_label_changed_in_the_opening_is_refused_before_a_proof(self):
        opening = bytearray(self.at("a_labels.opening").read_bytes())
        before = self.at("a_labels.opening").read_bytes()
        for position in range(len(opening) - 40 - 8 * ROWS, len(opening) - 32, 8):
            changed = bytearray(before)
            changed[position] ^= 1
            self.at("changed_labels.opening").write_bytes(changed)
            self.refused("prove", self.at("claim.tacit"), "--claim", "accuracy", "--batch", self.at("a_rows.opening"), "--labels",
                         self.at("changed_labels.opening"), "-o", self.at("never.proof"))
            self.assertFalse(self.at("never.proof").exists())

    def test_two_data_sets_with_one_count_look_alike(self):
        proofs = [self.at(name).read_bytes() for name in ("a.proof", "b.proof")]
        self.assertEqual(proofs[0][:47], proofs[1][:47])   # header, statement digest, the count
        self.assertLess(abs(len(proofs[0]) - len(proofs[1])), 0.04 * len(proofs[0]))   # hash paths are pruned by coins
        said = [self.done(*self.verify(name, "--json")).json()["statement"] for name in ("a.proof", "b.proof")]
        self.assertNotEqual(said[0].pop("input_commitments"), said[1].pop("input_commitments"))
        self.assertEqual(said[0], said[1])

    def test_keys_of_anything_else_are_no_claims(self):
        self.refused("verify", self.at("d.vk"), self.at("p"), "--claim", "accuracy", code=REJECTED, says="is no key of a claim")
        self.refused("prove", self.at("d.tacit"), "--claim", "accuracy", "--batch", self.at("a_rows.opening"), "--labels",
                     self.at("a_labels.opening"), "-o", self.at("never.proof"), says="is of no claim")

    def test_public_rows_need_no_commitment(self):
        self.done("compile", MODEL, "-o", self.at("open"), "--claim", "accuracy", "--batch", ROWS, "--input", "public", "--calibration", CALIBRATION)
        self.done("prove", self.at("open.tacit"), "--claim", "accuracy", "--batch", self.at("a_rows.npy"), "--labels",
                  self.at("a_labels.npy"), "-o", self.at("open.proof"))
        said = self.done("verify", self.at("open.vk"), self.at("open.proof"), "--claim", "accuracy", "--json").json()["statement"]
        self.assertEqual(said["accuracy"], {"correct": ROWS - len(WRONG), "rows": ROWS})
        self.assertEqual(said["input"]["claim.labels"]["integers"], [int(v) for v in read_npy(self.at("a_labels.npy"))[1]])

    def test_refuses_what_makes_no_claim(self):
        base = ["compile", MODEL, "-o", self.at("never"), "--claim", "accuracy", "--calibration", CALIBRATION]
        self.refused(*base, "--input", "private", says="committed or public")
        self.refused(*base, "--output", "private", says="which is public")
        self.refused(*base, "--labels", LABELS, says="given to prove")
        self.refused("compile", ROOT / "examples/diabetes/linear.onnx", "-o", self.at("never"), "--claim", "accuracy", "--input-range=-1,1",
                     says="needs a classifier")
        for words in (["--claim", "accuracy"], ["--batch", "x"], ["--claim", "accuracy", "--batch", "x"], []):
            self.refused("prove", self.at("claim.tacit"), *words, "-o", self.at("never.proof"))

    def test_an_auditor_confirms_the_claims_key(self):
        self.done("compile", MODEL, "-o", self.at("shown"), "--claim", "accuracy", "--batch", ROWS, "--weights", "public", "--calibration", CALIBRATION)
        audit = self.tacit("audit", MODEL, self.at("shown.vk"), "--recipe", self.at("shown.recipe"))
        self.assertEqual(audit.code, 0, audit.err + audit.out)
        recipe = json.loads(self.at("shown.recipe").read_text())
        del recipe["claim"]
        self.at("other.recipe").write_text(json.dumps(recipe))
        self.assertNotEqual(self.tacit("audit", MODEL, self.at("shown.vk"), "--recipe", self.at("other.recipe")).code, 0)
