"""Subcommands: `/401 why K7Q2`, and the same words behind a mention. One file each, and the table of them."""
