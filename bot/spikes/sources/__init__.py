"""Counting from stores that count themselves: one small file each, which answers one question (`interface.Source`)."""
