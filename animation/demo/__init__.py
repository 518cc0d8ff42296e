"""The demonstration: fictional companies, their texts, and the accounts one can try."""
