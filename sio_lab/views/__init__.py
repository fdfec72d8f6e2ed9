"""What tables and rows look like: as aligned text in a terminal, as HTML in a notebook."""
