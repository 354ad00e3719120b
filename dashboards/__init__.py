"""From marts to pages."""
