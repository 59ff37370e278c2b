"""What the server speaks to: joins and live pages in the event loop, everything else to Django."""
