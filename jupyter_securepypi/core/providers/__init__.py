"""Kinds of private index, one folder or file each: reading of addresses, minting of tokens, words for failures."""
