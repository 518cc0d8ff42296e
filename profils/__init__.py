"""Who: users, companies, members, sectors, roles."""
