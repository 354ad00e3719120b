"""One module per file format; sniff.py finds out by content which of them a file needs."""
