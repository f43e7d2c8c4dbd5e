"""Keywords: candidates, their ranking, and the extractor that joins the two over a batch."""
