"""Everything that people read: one catalogue of messages, and how numbers, dates and amounts are written in each language."""
