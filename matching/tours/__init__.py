"""A territoire's tour between the database and the engine: read the market, run, keep the answer."""
