"""Reading log lines and answers as an engineer would: what they say, what is missing, who else is refused."""
