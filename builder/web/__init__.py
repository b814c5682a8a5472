"""HTTP: access, headers, the pages and files that browsers fetch."""
