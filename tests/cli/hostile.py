"""What users and attackers get wrong: usage, data, damaged files, disks."""
import json
import os
import random
import re
import struct
import subprocess

from case import BAD_INPUT, CALIBRATION, DIGIT, IMAGES, LABELS, MODEL, Case, read_npy, write_npy


class Hostile(Case):
    def test_usage(self):
        for words in ([], ["nonsense"], ["verify", self.at("d.vk")], ["demo", "--threads", "0"], ["demo", "--nonsense"],
                      ["bench", self.at("d.tacit"), DIGIT, "--runs", "0"]):
            self.refused(*words)
        self.assertEqual(self.tacit("verify", "--json").json()["exit_code"], BAD_INPUT)

    def test_compile_needs_ranges_and_refuses_what_it_does_not_know(self):
        base = ["compile", MODEL, "-o", self.at("never")]
        refusal = self.refused(*base, says="--calibration")
        self.assertIn("--input-range", refusal.err)
        self.refused(*base, "--calibration", CALIBRATION, "--input-range", "0,1")
        self.refused(*base, "--input-range", "1,0", says="LO,HI")
        self.refused(*base, "--input-range", "0,1", "--weights", "committed", says="--weights")
        self.refused(*base, "--input-range", "0,1", "--input", "hidden", says="--input")
        self.refused(*base, "--input-range", "0,1", "--openings", "0", says="--openings")
        self.refused(*base, "--input-range", "0,1", "--security", "96")
        self.refused(*base, "--calibration", IMAGES, "--labels", self.at("absent"))
        self.refused(*base, "--calibration", CALIBRATION, "--labels", LABELS, says="labels")
        self.refused(*base, "--calibration", CALIBRATION, "--batch", "3", says="batch")
        self.assertFalse(list(self.folder.glob("never*")))

    def test_a_budget_is_a_number_that_a_commitment_can_hold(self):
        base = ["compile", MODEL, "-o", self.at("never"), "--input-range", "0,1"]
        for bad in ("0", "-1", "1048577", "4294967296", "4294967552", "1.5", "many"):
            for words in (base, ["inspect", MODEL], ["commit", DIGIT, "-o", self.at("never")]):
                self.refused(*words, "--openings", bad, says="--openings: must be a number from 1 to 1048576")
        for words in (base, ["commit", DIGIT, "-o", self.at("never")]):
            line = self.refused(*words, "--openings", "1000000", says="1000000 openings (--openings)").err
            most = int(re.search(r"at most (\d+) work", line).group(1))
            self.assertTrue(1000 < most < 1000000, line)
        found = self.done("inspect", MODEL, "--openings", "1000000", "--json").json()
        most = int(re.search(r"at most (\d+) work", found["no_shape"]).group(1))
        self.assertIn("shape", self.done("inspect", MODEL, "--openings", str(most), "--json").json())
        self.assertNotIn("shape", self.done("inspect", MODEL, "--openings", str(most + 1), "--json").json())
        self.assertFalse(list(self.folder.glob("never*")))

    def test_names_of_any_bytes_are_printed_as_visible_text(self):
        onnx = MODEL.read_bytes().replace(b"image", b"i\xff\x1b[m").replace(b"logits", b"l\xc2\x9bgit").replace(b"torch_jit", b"to\xe2\x80\xae_jit")
        self.at("names.onnx").write_bytes(onnx)
        self.done("compile", self.at("names.onnx"), "-o", self.at("names"), "--calibration", CALIBRATION)
        self.done("prove", self.at("names.tacit"), DIGIT, "-o", self.at("names.p"))
        key, bundle, proof = (self.at("names" + end) for end in (".vk", ".tacit", ".p"))
        at_key = ("--secrets", bundle)
        commands = [("inspect", self.at("names.onnx")), ("show", key), ("show", bundle), ("verify", key, proof), ("verify", "--model", key),
                    ("run", bundle, DIGIT, "-o", self.at("names.npy")), ("prove", bundle, DIGIT, "-o", proof),
                    ("audit", self.at("names.onnx"), key, *at_key), ("audit", MODEL, key, *at_key),
                    ("compile", self.at("names.onnx"), "-o", self.at("names2"), "--calibration", CALIBRATION)]
        outcomes = [self.tacit(*words, *json_flag) for words in commands for json_flag in ((), ("--json",))]
        outcomes += [self.tacit(*flag, key, proof, program="tacit-verify") for flag in ((), ("--json",))]
        for outcome in outcomes:   # read as UTF-8, or this would have failed before
            self.assertIn(outcome.code, (0, 1), outcome.err)
            self.assertFalse(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", outcome.out + outcome.err), outcome.out)
        for outcome in (outcomes[0], outcomes[2], outcomes[-2]):
            self.assertIn(r"i\xff\x1b[m", outcome.out)
        self.assertEqual(outcomes[1].json()["inputs"][0]["name"], "i\ufffd\x1b[m")
        self.assertEqual(outcomes[-1].json()["inputs"][0]["name"], "i\ufffd\x1b[m")
        self.assertEqual(outcomes[-1].json()["outputs"][0]["name"], "l\x9bgit")
        odd = self.at("odd_names.onnx")
        odd.write_bytes(MODEL.read_bytes().replace(b"MaxPool", b"Max\xff\x1b[m"))
        self.refused("compile", odd, "-o", self.at("never"), "--input-range", "0,1", says=r"Max\xff\x1b[m")

    def test_inputs_that_do_not_fit(self):
        cases = {"nan.npy": ((1, 1, 8, 8), [float("nan")] + [0.0] * 63),
                 "inf.npy": ((1, 1, 8, 8), [0.0] * 63 + [float("inf")]),
                 "shape.npy": ((1, 1, 8, 7), [0.0] * 56), "empty.npy": ((0, 1, 8, 8), [])}
        for name, (dims, values) in cases.items():
            write_npy(self.at(name), dims, values)
        for name, text in {"ragged.json": "[[1, 2], [3]]", "nan.json": "[NaN]", "text.csv": "a,b\n1,x\n",
                           "cut.json": '{"input_data": [[1, 2', "huge.json": "[1e999]"}.items():
            self.at(name).write_text(text)
        self.at("cut.npy").write_bytes(DIGIT.read_bytes()[:-1])
        for name in [*cases, "ragged.json", "nan.json", "text.csv", "cut.json", "huge.json", "cut.npy", "absent.npy"]:
            self.refused("prove", self.at("d.tacit"), self.at(name), "-o", self.at("never"), says=name)
            self.refused("run", self.at("d.tacit"), self.at(name), "-o", self.at("never.npy"), says=name)
            self.refused("compile", MODEL, "-o", self.at("never"), "--calibration", self.at(name), says=name)
        self.refused("prove", self.at("d.tacit"), DIGIT, "-o", self.at("never"), "--sample", "1", says="--sample 1")
        self.refused("accuracy", self.at("d.tacit"), DIGIT, LABELS, says="label")
        self.assertFalse(list(self.folder.glob("never*")))

    def test_inputs_far_outside_the_range_saturate(self):
        write_npy(self.at("far.npy"), (1, 1, 8, 8), [1e30, -1e30] * 32)
        self.done("prove", self.at("d.tacit"), self.at("far.npy"), "-o", self.at("far"))
        self.done("verify", self.at("d.vk"), self.at("far"))
        self.assertEqual(self.done("run", self.at("d.tacit"), self.at("far.npy"), "-o", self.at("f.npy"), "--json").json()["saturated"], 64)

    def test_every_data_format_gives_the_same_prediction(self):
        _, pixels = read_npy(DIGIT)
        self.at("a.json").write_text(json.dumps({"input_data": [pixels]}))
        self.at("b.json").write_text(json.dumps([[pixels[8 * r:8 * r + 8] for r in range(8)]]))
        self.at("named.json").write_text(json.dumps({"image": pixels, "other": [1, 2]}))
        columns = ",".join(f"p{i}" for i in range(64))
        self.at("c.csv").write_text(columns + "\n" + ",".join(map(repr, pixels)) + "\n")
        raw = struct.pack("<64f", *pixels)
        self.at("d.pb").write_bytes(b"\x08\x01\x08\x01\x08\x08\x08\x08\x10\x01\x4a\x80\x02" + raw)
        for name in ("a.json", "b.json", "named.json", "c.csv", "d.pb"):
            found = self.done("prove", self.at("d.tacit"), self.at(name), "-o", self.at("q"), "--json").json()
            self.assertEqual(found["prediction"], self.proved["prediction"], name)
        found = self.done("prove", self.at("d.tacit"), f"image={self.at('d.pb')}", "-o", self.at("q"), "--json").json()
        self.assertEqual(found["prediction"], self.proved["prediction"], "NAME=FILE")

    def test_damaged_files_are_refused(self):
        random.seed(7)
        cut_at = {"d.vk": self.damage("d.vk"), "d.tacit": self.damage("d.tacit")}
        for name, mutants in cut_at.items():
            for what, data in mutants:
                bad = self.at("bad_" + name)
                bad.write_bytes(data)
                self.assertEqual(self.tacit("show", bad).code, BAD_INPUT, f"{name} {what}")
        onnx = MODEL.read_bytes()
        for n in (0, 1, 100, len(onnx) // 2, len(onnx) - 1):
            self.at("bad.onnx").write_bytes(onnx[:n])
            self.refused("inspect", self.at("bad.onnx"))
            self.refused("compile", self.at("bad.onnx"), "-o", self.at("never"), "--input-range", "0,1")
        self.refused("verify", self.at("p"), self.at("p"))
        self.refused("verify", self.at("d.vk"), MODEL)
        self.refused("run", self.at("d.vk"), DIGIT, "-o", self.at("never.npy"))
        self.refused("show", DIGIT)
        self.assertFalse(list(self.folder.glob("never*")))

    def damage(self, name):
        data = self.at(name).read_bytes()
        out = [(f"cut at {n}", data[:n]) for n in (0, 5, 8, 9, 10, 60, len(data) // 2, len(data) - 1)]
        out += [("with a byte behind it", data + b"\0"), ("of another version", data[:8] + b"\x09" + data[9:])]
        return out

    def test_operators_are_refused_by_name_before_work_starts(self):
        onnx = MODEL.read_bytes().replace(b"MaxPool", b"MaxPoo1").replace(b"Flatten", b"Flatte1")
        self.at("odd.onnx").write_bytes(onnx)
        found = self.done("inspect", self.at("odd.onnx"), "--json").json()
        self.assertFalse(found["provable"])
        self.assertEqual(len(found["problems"]), 3)
        text = self.refused("compile", self.at("odd.onnx"), "-o", self.at("never"), "--input-range", "0,1", says="MaxPoo1").err
        self.assertIn("opset", text)

    def test_a_failed_write_leaves_what_was_there(self):
        kept = self.at("kept")
        kept.mkdir()
        (kept / "x.vk").mkdir()   # the key cannot take this name
        self.refused("compile", MODEL, "-o", kept / "x", "--calibration", CALIBRATION)
        self.assertEqual(sorted(p.name for p in kept.iterdir()), ["x.vk"])
        self.refused("prove", self.at("d.tacit"), DIGIT, "-o", self.at("no_folder") / "p")
        old = self.at("old.proof")
        old.write_text("old")
        write_npy(self.at("nan2.npy"), (1, 1, 8, 8), [float("nan")] * 64)
        self.refused("prove", self.at("d.tacit"), self.at("nan2.npy"), "-o", old)
        self.assertEqual(old.read_text(), "old")

    def test_output_that_cannot_be_written_is_not_success(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "w") as full:
            done = subprocess.run([str(self.build / "tacit"), "show", str(self.at("p"))], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, BAD_INPUT)
