"""What the commands of `bin/` share: standard library only, since they run before anything is installed."""
