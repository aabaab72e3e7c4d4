"""The residents’ say: what they write, how it is read, answered and followed."""
