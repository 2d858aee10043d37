"""An independent verifier of Tacit proofs, written from the specification (protocol.md) alone.

Section numbers in the docstrings are those of that document. Plain and short before fast; standard library only.
"""
