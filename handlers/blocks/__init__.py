"""Pure functions from values to Block Kit; nothing here asks, decides or sends."""
