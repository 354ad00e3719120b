"""From files to tables: readers, the warehouse, the guards and the nightly flow."""
