"""What people can do in Slack: one file a surface."""
