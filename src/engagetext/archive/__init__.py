"""The batch job: a whole archive to scored records, with nothing lost on the way."""
