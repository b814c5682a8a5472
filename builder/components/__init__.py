"""What components there are: their files, fields, events and payloads."""
