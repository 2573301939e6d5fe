"""Pages to sites, and what each site prints around its articles: its boilerplate."""
