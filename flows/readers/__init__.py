"""One module per file format; sniff.py chooses the module by the content of the file."""
