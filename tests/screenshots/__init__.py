"""Makes the pictures of every screen from the demo, and the page that shows them."""
