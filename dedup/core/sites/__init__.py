"""Pages -> sites, and the boilerplate that each site prints around its articles."""
