"""A small local stand-in for Slack: for trying the bot out in a browser, and for the tests."""
