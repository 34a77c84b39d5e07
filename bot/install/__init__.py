"""Installing the app in several workspaces: Slack's OAuth v2, with the tokens encrypted in the store and kept fresh."""
