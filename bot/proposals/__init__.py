"""Lines that look like a refusal in words that nothing in knowledge/ knows: collected, counted, drafted."""
