"""Speed, measured: `bin/bench <banc> …` prints medians, p95 and ratios against a named baseline."""
