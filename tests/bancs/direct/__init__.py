"""What the benches of the live sockets share: a populated database, servers, sockets of their own."""
