"""Brings logs from accounts into the input folder before a night: whole files, each once, never changed afterwards.

run.py goes through the accounts; each kind of source is one module (sources.py says what one has to offer).
"""
