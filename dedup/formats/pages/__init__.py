"""A page of HTML as text: its charset, its main text, its title, site, address and time."""
