"""The Builder's side of the service: its routes and socket. Edit mode only."""
