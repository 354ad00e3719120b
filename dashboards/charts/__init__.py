"""The figures of the pages, one module each."""
