"""What a reader refuses for its size."""

# What is read as one document or one record, in bytes or characters. The largest books have three million characters.
MAX_RECORD = 20_000_000
