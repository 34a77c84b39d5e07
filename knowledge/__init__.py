"""What the bot knows: causes, findings and messages as data, and the loader that validates them."""
