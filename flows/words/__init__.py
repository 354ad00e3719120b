"""Everything that people read: one catalogue of messages, and the format of numbers, dates and amounts in each language."""
