"""Each command does its work and says so."""
import json
import math
import re

from case import CALIBRATION, DIGIT, DIGITS, IMAGES, PRIVACY, LABELS, MODEL, ROOT, Case, read_npy, write_npy

COMMANDS = ["demo", "inspect", "compile", "run", "prove", "verify", "show", "accuracy", "export-quantized", "bench"]


class Commands(Case):
    def test_help_has_an_example_for_every_command(self):
        top = self.done("--help").out
        for command in COMMANDS:
            text = self.done(command, "--help").out
            self.assertIn(f"Example:\n  tacit {command}", text)
            self.assertIn("--json", text)
            self.assertIn("--threads", text)
            self.assertIn(command, top)
        self.assertIn("Exit codes: 0", top)
        self.assertRegex(self.done("--version").out, r"^tacit \d+\.\d+\.\d+\n$")

    def test_demo_tells_the_whole_story(self):
        text = self.done("demo").out
        for word in ("class 5", "accepted", "rejected", PRIVACY):
            self.assertIn(word, text)
        self.assertEqual(self.done("demo", "--json", "--threads", "1").json()["tampered"]["result"], "rejected")

    def test_inspect_counts_and_names_shapes(self):
        found = self.done("inspect", MODEL, "--json").json()
        self.assertTrue(found["provable"])
        self.assertEqual(found["parameters"], 3658)
        # two convolutions (9 taps into 8 x 64 places, 72 into 16 x 16), two dense layers
        self.assertEqual(found["multiplications"], 8 * 64 * 9 + 16 * 16 * 72 + 64 * 32 + 32 * 10)
        self.assertEqual(found["outputs"], [{"name": "logits", "type": "float32", "shape": [1, 10]}])
        self.assertIn({"name": "Conv", "count": 2, "supported": True}, found["operators"])

    def test_inspect_foretells_the_shape_of_a_key(self):
        for openings in ("4", "256"):
            found = self.done("inspect", MODEL, "--openings", openings, "--json").json()
            self.assertEqual(found["openings"], int(openings))
            self.compile("foretold", "--openings", openings)
            self.done("prove", self.at("foretold.tacit"), DIGIT, "-o", self.at("foretold.p"))
            published = self.done("show", self.at("foretold.vk"), "--json").json()["published"]
            (opening,) = [item["value"] for item in published if item["kind"] == "opening" and "limbs" in item["value"]]
            weights, witness, log_n = map(int, re.match(r"(\d+) \+ (\d+) limbs of 2\^(\d+)", opening).groups())
            shape = found["shape"]
            self.assertEqual((shape["limbs"]["weights"], shape["log_n"]), (weights, log_n))
            self.assertLess(abs(shape["limbs"]["witness"] / witness - 1), 0.1)   # inner ranges are guessed
            self.assertGreaterEqual(shape["random_slots"]["weights"], int(openings) * shape["random_slots"]["witness"])
            for name, about in (("foretold.vk", "key_bytes_about"), ("foretold.p", "proof_bytes_about")):
                self.assertLess(abs(self.at(name).stat().st_size / shape[about] - 1), 0.05, name)
        self.assertEqual(self.done("inspect", MODEL, "--json").json()["openings"], 256)
        self.assertIn("openings", self.done("inspect", "--help").out)

    def test_compile_reports_errors_of_every_output_and_both_accuracies(self):
        quality = self.compiled["quality"]
        self.assertEqual(quality["samples"], 128)
        error = quality["errors"]["logits"]
        self.assertLess(0, error["mean"])
        self.assertLess(error["mean"], error["max"])
        self.assertLess(error["mean"], error["span"] / 1024)
        report = self.done("compile", MODEL, "-o", self.at("l"), "--calibration", IMAGES, "--labels", LABELS, "--json").json()
        accuracy = report["quality"]["accuracy"]
        self.assertEqual(accuracy["samples"], 360)
        self.assertAlmostEqual(accuracy["float"], 353 / 360)
        self.assertGreater(accuracy["quantised"], 0.97)
        self.assertGreater(accuracy["agreement"], 0.99)
        text = self.done("compile", MODEL, "-o", self.at("l"), "--calibration", IMAGES, "--labels", LABELS).out
        for word in ("max", "mean", "float 98.06 %", "quantised", "agreement", PRIVACY):
            self.assertIn(word, text)

    def test_compile_chooses_ranges_and_the_audit_recomputes_them(self):
        errors = {}
        for method in ("minmax", "percentile", "mse", "auto"):
            report = self.done("compile", MODEL, "-o", self.at("m"), "--calibration", CALIBRATION, "--activation-bits", "4",
                               "--ranges", method, "--json").json()
            errors[method] = report["quality"]["errors"]["logits"]["mean"]
            self.assertEqual("ranges" in report["quality"], method != "minmax")
            self.done("audit", MODEL, self.at("m.vk"), "--secrets", self.at("m.tacit"))
        self.assertLess(errors["auto"], 0.9 * errors["minmax"])
        self.assertGreater(report["quality"]["ranges"]["tried"], 2)

    def test_compile_chooses_the_cheapest_widths_within_an_error(self):
        words = ("compile", MODEL, "-o", self.at("w"), "--calibration", CALIBRATION, "--json")
        report = self.done(*words, "--max-error", "0.002").json()
        trials = report["quality"]["widths"]
        chosen = [t for t in trials if (t["activation_bits"], t["weight_bits"]) == (report["activation_bits"], report["weight_bits"])]
        self.assertLessEqual(chosen[0]["error"], 0.002)
        self.assertEqual(chosen[0]["cost"], min(t["cost"] for t in trials if t["error"] <= 0.002))
        self.assertLess(chosen[0]["cost"], trials[0]["cost"])
        self.done("audit", MODEL, self.at("w.vk"), "--secrets", self.at("w.tacit"))
        self.refused(*words[:-1], "--max-error", "1e-9", says="16-bit weights reach")
        self.refused(*words[:-1], "--max-error", "0.1", "--activation-bits", "8", says="--max-error chooses the widths")
        self.refused(*words[:-1], "--max-error", "2", says="share")

    def test_compile_keeps_the_bundle_secret(self):
        self.assertEqual(self.at("d.tacit").stat().st_mode & 0o077, 0)

    def test_compile_takes_a_range_bits_batch_and_security(self):
        report = self.done("compile", MODEL, "-o", self.at("r"), "--input-range", "0,1", "--activation-bits", "8", "--batch",
                           "3", "--security", "100", "--json").json()
        self.assertTrue(report["quality"]["samples_are_random"])
        self.assertEqual(report["inputs"][0]["shape"], [3, 1, 8, 8])
        self.assertEqual((report["activation_bits"], report["weight_bits"], report["security"]["asked"]), (8, 8, 100))
        self.assertGreaterEqual(report["security"]["proven"], 100)
        self.done("prove", self.at("r.tacit"), IMAGES, "-o", self.at("rp"), "--sample", "119")
        outputs = self.done("verify", self.at("r.vk"), self.at("rp"), "--json").json()["statement"]["output"]
        self.assertEqual(len(outputs["logits"]["values"]), 3)
        accuracy = self.done("accuracy", self.at("r.tacit"), IMAGES, LABELS, "--json").json()["accuracy"]
        self.assertEqual(accuracy["samples"], 360)

    def test_compile_is_deterministic_where_nothing_is_hidden_and_salted_where_something_is(self):
        plain = ("--weights", "public", "--input", "public")
        self.compile("plain", *plain)
        self.compile("again", *plain, "--threads", "1")
        for suffix in (".vk", ".tacit"):
            self.assertEqual(self.at("again" + suffix).read_bytes(), self.at("plain" + suffix).read_bytes())
        self.compile("hidden")
        roots = [[item["value"] for item in self.done("show", self.at(f"{name}.vk"), "--json").json()["published"] if item["name"] == "root"]
                 for name in ("d", "hidden")]
        self.assertNotEqual(*roots)

    def test_compile_until_a_value_makes_it_the_output(self):
        value = self.done("inspect", MODEL, "--json").json()["outputs"][0]["name"]
        plain = ("--weights", "public", "--input", "public")
        self.compile("whole", *plain)
        self.compile("u", *plain, "--until", value)
        self.assertEqual(self.at("u.vk").read_bytes(), self.at("whole.vk").read_bytes())
        self.refused("compile", MODEL, "-o", self.at("u2"), "--calibration", CALIBRATION, "--until", "nowhere", says="nowhere")

    def test_run_writes_what_the_proof_states(self):
        self.done("run", self.at("d.tacit"), DIGIT, "-o", self.at("o.npy"))
        self.done("run", self.at("d.tacit"), DIGIT, "-o", self.at("o.json"))
        dims, values = read_npy(self.at("o.npy"))
        self.assertEqual(dims, (1, 1, 10))
        stated = self.done("verify", self.at("d.vk"), self.at("p"), "--json").json()["statement"]["output"]["logits"]
        for value, integer in zip(values, stated["integers"]):
            self.assertAlmostEqual(value, integer * stated["scale"], places=5)
        self.assertEqual(len(json.loads(self.at("o.json").read_text())["logits"][0][0]), 10)

    def test_prove_prints_the_prediction(self):
        text = self.done("prove", self.at("d.tacit"), DIGIT, "-o", self.at("p2")).out
        self.assertIn("largest: class 5", text)
        self.assertIn(PRIVACY, text)
        _, expected = read_npy(DIGITS / "expected_logits.npy")
        for value, real in zip(self.proved["prediction"]["logits"]["values"][0], expected):
            self.assertAlmostEqual(value, real, places=1)

    def test_accuracy_compares_with_the_float_model(self):
        found = self.done("accuracy", self.at("d.tacit"), IMAGES, LABELS, "--float", MODEL, "--json").json()["accuracy"]
        self.assertAlmostEqual(found["float"], 353 / 360)
        self.assertGreater(found["agreement"], 0.99)
        self.assertNotIn("float", self.done("accuracy", self.at("d.tacit"), IMAGES, LABELS, "--json").json()["accuracy"])

    def test_accuracy_measures_the_errors_that_a_run_shows(self):
        report = self.done("accuracy", self.at("d.tacit"), IMAGES, "--float", MODEL, "--worst", "400", "--json").json()
        self.assertNotIn("quantised", report["accuracy"])
        found = report["errors"]["logits"]
        self.assertEqual(sum(bin["rows"] for bin in found["histogram"]), 360)
        errors = [row["error"] for row in found["worst"]]
        self.assertEqual(errors, sorted(errors, reverse=True))
        self.assertEqual(errors[0], found["max"])
        dims, images = read_npy(IMAGES)
        row, size = found["worst"][0]["row"], len(images) // 360
        write_npy(self.at("worst.npy"), (1, *dims[1:]), images[row * size:(row + 1) * size])
        alone = self.done("accuracy", self.at("d.tacit"), self.at("worst.npy"), "--float", MODEL, "--json").json()["errors"]["logits"]
        self.assertEqual(alone["max"], found["max"])
        self.refused("accuracy", self.at("d.tacit"), IMAGES, says="--float")

    def test_bench_gives_every_stage_of_every_run(self):
        found = self.done("bench", self.at("d.tacit"), DIGIT, "--runs", "2", "--json").json()
        self.assertEqual(len(found["each"]), 2)
        for each in found["each"]:
            self.assertGreaterEqual(len(each["stages"]), 3)
            self.assertLessEqual(sum(each["stages"].values()), each["prove_seconds"] * 1.01)
        self.assertIn("fastest", self.done("bench", self.at("d.tacit"), DIGIT, "--runs", "1").out)

    def test_show_needs_no_key_for_a_proof(self):
        text = self.done("show", self.at("p")).out
        self.assertIn(self.compiled["key"]["digest"], text)
        self.assertIn("not verified", text)
        self.assertEqual(self.done("show", self.at("p"), "--json").json()["kind"], "proof")
        self.refused("show", self.at("p"), "--security", says="KEY --security")

    def test_show_lists_all_that_a_key_publishes(self):
        found = self.done("show", self.at("d.vk"), "--json").json()
        kinds = {item["kind"] for item in found["published"]}
        self.assertEqual(kinds, {"setting", "input", "output", "column", "sum", "table", "lookup", "opening", "weights",
                                 "registration"})
        text = self.done("show", self.at("d.vk")).out
        for word in ("root", "pin", "scale", "shifted by", "clamp to", PRIVACY):
            self.assertIn(word, text)
        self.assertEqual(self.done("show", self.at("d.tacit"), "--json").json()["kind"], "bundle")
        self.assertEqual(self.done("show", MODEL, "--json").json()["nodes"], 10)

    def test_show_security_prints_every_term(self):
        terms = self.done("show", self.at("d.vk"), "--json").json()["security"]["terms"]
        text = self.done("show", self.at("d.vk"), "--security").out
        self.assertGreater(len(terms), 10)
        for term in terms:
            self.assertIn(f"{term['bits']:.1f} bits  {term['name']}", text)
        total = -math.log2(sum(2.0 ** -term["bits"] for term in terms))
        self.assertGreaterEqual(total, 128)
        self.assertAlmostEqual(total, self.compiled["security"]["proven"], places=3)

    def test_page_of_operators_holds_the_catalogue(self):
        page = (ROOT / "docs" / "operators.md").read_text()
        table = self.done("operators").out
        self.assertGreater(table.count("\n"), 60)
        self.assertIn(table + "\n", page, "docs/operators.md is not what tacit operators prints")
        self.assertEqual(page.count("\n|"), table.count("\n"))
