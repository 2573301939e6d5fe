"""Tables of the plan on a cluster: packets of rows, their files, and where they are."""
