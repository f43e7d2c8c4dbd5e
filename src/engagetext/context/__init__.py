"""Around a passage: who says it, or bears it."""
