"""Named arrays and their manifest on disk; knows no class of the other rooms."""
