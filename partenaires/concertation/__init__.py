"""The residents' say: what is asked of them, what they write, what is answered."""
