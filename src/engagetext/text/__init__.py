"""The text core: strings become integer columns that keep the caller's offsets."""
