"""Kinds of private index, one room or file each: how an address is read, a token minted, its failures explained."""
